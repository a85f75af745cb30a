"""HTTP connections that stay HTTP/1.1, whatever other protocol a request asks for."""

from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class RequestParser(httptools.HttpRequestParser):
    """Reads requests to their ends, also where they ask for another protocol.

    httptools ends such a request at its head, so that its body would be lost. Here its head is
    read again, without `Upgrade`, and then its body.

    Args:
        connection: gets what is read.
    """

    def __init__(self, connection: "PlainConnection") -> None:
        super().__init__(connection)
        self._connection = connection
        # As uvicorn has it: more may follow a request that closes the connection.
        self.set_dangerous_leniencies(lenient_data_after_close=True)

    def feed_data(self, data: Any) -> None:
        parser, unread = self, memoryview(data)
        while True:
            try:
                super(RequestParser, parser).feed_data(unread)
            except httptools.HttpParserUpgrade as upgrade:
                unread = unread[upgrade.args[0] :]
                head = self._connection.plain_head()
                # A new one: the old one reads nothing after a request that closes the connection.
                self._connection.parser = parser = RequestParser(self._connection)
                super(RequestParser, parser).feed_data(head)
            else:
                return


class PlainConnection(HttpToolsProtocol):
    """A connection that answers a request with `Upgrade` as if it had no such header.

    A server may ignore the header (RFC 9110, section 7.8). Java's HttpClient sends it by default.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.parser = RequestParser(self)

    def plain_head(self) -> bytes:
        """Returns the head that was read last, without `Upgrade`."""
        version = self.parser.get_http_version().encode()
        lines = [b"%s %s HTTP/%s" % (self.parser.get_method(), self.url, version)]
        lines += [b"%s: %s" % header for header in self.headers]
        return b"\r\n".join([*lines, b"", b""])

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() != b"upgrade":
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        if not self._is_read_again:
            super().on_headers_complete()

    def on_message_complete(self) -> None:
        if not self._is_read_again:
            super().on_message_complete()

    @property
    def _is_read_again(self) -> bool:
        """Whether the head that was read asks for another protocol, so that its reading ends."""
        # `CONNECT` does too, but has no path: it gets a 400.
        return self.parser.should_upgrade() and self.parser.get_method() != b"CONNECT"
