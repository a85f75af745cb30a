"""HTTP connections with limits: on their number, on the heads of requests, and on silence.

uvicorn's own connections have none of these with httptools. Each limit holds before a request
reaches the application, so it needs no token.
"""

import json
import time
from typing import Any, ClassVar

from keras_infogan.serving.server.options import ServerOptions
from keras_infogan.serving.server.plain_connections import PlainConnection
from keras_infogan.serving.server.sockets import affordable_connections

MAXIMUM_PIPELINED = 100  # requests that a connection sends before it has their responses
# Parts of a body that come after the response, so that nobody reads them. Each takes time of the
# event loop, however small it is.
MAXIMUM_UNREAD_CHUNKS = 1000
HEADER_OVERHEAD_BYTES = 32  # of a header in memory, in addition to its text
# Of the descriptors that a process may have; gRPC takes a half, and models need some.
DESCRIPTOR_SHARE = 3


class HeadTooLargeError(Exception):
    """The head or the trailers of a request have more bytes than allowed."""


class UnreadBodyError(Exception):
    """A body goes on, in many parts, after the response to its request."""


class OpenConnections:
    """The open connections of a server, the oldest one first.

    If there are too many, the oldest one that has no request in progress is closed. So connections
    that send nothing cannot keep others out.

    Args:
        options: hold the limits.
    """

    def __init__(self, options: ServerOptions) -> None:
        self.maximum_head_bytes = options.rest_api_max_header_bytes
        self._maximum = affordable_connections(options.rest_api_max_connections, DESCRIPTOR_SHARE)
        self._read_seconds = options.rest_api_read_timeout_in_ms / 1000
        self._open: dict[HttpConnection, None] = {}

    def __len__(self) -> int:
        return len(self._open)

    def add(self, connection: "HttpConnection") -> None:
        """Notes a new connection, and closes one if there are too many."""
        self._open[connection] = None
        if len(self._open) > self._maximum:
            idle = (each for each in self._open if not each.is_busy)
            leaving = next(idle, connection)
            self.discard(leaving)
            leaving.transport.abort()

    def discard(self, connection: "HttpConnection") -> None:
        """Forgets a connection that has ended."""
        self._open.pop(connection, None)

    async def end_silent(self) -> None:
        """Ends the connections whose peer has been silent for too long; uvicorn calls it often."""
        now = time.monotonic()
        for connection in list(self._open):
            if connection.silent_seconds(now) > self._read_seconds:
                connection.transport.abort()


class HttpConnection(PlainConnection):
    """One connection; `connection_type` makes the class that uvicorn takes.

    Attributes:
        open_connections: those of the same server.
    """

    open_connections: ClassVar[OpenConnections]

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._head_bytes = 0  # of the request that is read
        self._is_head_complete = False
        self._unparsed_bytes = 0  # of a header that has not ended
        self._has_parsed = False
        self._unread_chunks = 0
        self._waiting_since = time.monotonic()  # for the head of a request
        self._unsent_bytes = 0
        self._unsent_since = 0.0

    @property
    def is_busy(self) -> bool:
        """Whether a request has come whose response is not complete."""
        return self.cycle is not None and not self.cycle.response_complete

    def silent_seconds(self, now: float) -> float:
        """How long the peer has not sent what the server waits for, or taken what it was sent.

        Args:
            now: of `time.monotonic`.
        """
        unsent = self.transport.get_write_buffer_size()
        if unsent:
            if not self._unsent_bytes or unsent < self._unsent_bytes:
                self._unsent_since = now
            self._unsent_bytes = unsent
            return now - self._unsent_since
        self._unsent_bytes = 0
        # The application limits the time of a request, with its body.
        return 0.0 if self.is_busy else now - self._waiting_since

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.open_connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.open_connections.discard(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._has_parsed = False
        super().data_received(data)
        if self._has_parsed:
            self._unparsed_bytes = 0
            return
        # The parser keeps what it cannot pass on: half a header, or an extension of a chunk.
        self._unparsed_bytes += len(data)
        if self._unparsed_bytes > self.open_connections.maximum_head_bytes:
            self._refuse_head()

    def on_message_begin(self) -> None:
        self._head_bytes = 0
        self._is_head_complete = False
        self._unread_chunks = 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        self._count_head(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count_head(len(name) + len(value) + HEADER_OVERHEAD_BYTES)
        if not self._is_head_complete:  # otherwise a trailer, which must change no header
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._is_head_complete = True
        super().on_headers_complete()
        if len(self.pipeline) > MAXIMUM_PIPELINED:
            raise ValueError(f"At most {MAXIMUM_PIPELINED} requests should wait. Received: more")

    def on_chunk_header(self) -> None:
        self._has_parsed = True
        if self.cycle.response_complete:
            self._unread_chunks += 1
            if self._unread_chunks > MAXIMUM_UNREAD_CHUNKS:
                self.transport.abort()
                raise UnreadBodyError

    def on_body(self, body: bytes) -> None:
        self._has_parsed = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._has_parsed = True
        super().on_message_complete()

    def on_response_complete(self) -> None:
        self._waiting_since = time.monotonic()
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:
        """Answers what is no HTTP; the parser ends a head that is too large in the same way."""
        if self._head_bytes > self.open_connections.maximum_head_bytes:
            self._refuse_head()
        elif not self.transport.is_closing():
            super().send_400_response(msg)

    def _count_head(self, size: int) -> None:
        self._has_parsed = True
        self._head_bytes += size
        if self._head_bytes > self.open_connections.maximum_head_bytes:
            raise HeadTooLargeError

    def _refuse_head(self) -> None:
        if self.cycle is not None and self.cycle.response_started:
            self.transport.abort()  # a second response would answer another request
        elif not self.transport.is_closing():
            self.transport.write(_refusal(self.open_connections.maximum_head_bytes))
            self.transport.close()


def connection_type(connections: OpenConnections) -> type[HttpConnection]:
    """Returns a class of connections that count among `connections`."""
    return type("CountedHttpConnection", (HttpConnection,), {"open_connections": connections})


def _refusal(maximum_bytes: int) -> bytes:
    text = f"The head of a request should have at most {maximum_bytes} bytes. Received: more"
    body = json.dumps({"error": text}).encode()
    head = (
        "HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: application/json\r\n"
        f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
    )
    return head.encode() + body
