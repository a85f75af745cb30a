"""Messages of gRPC calls that were sent compressed, unpacked here and with limits.

gRPC itself unpacks a message without any limit and before the token is looked at: 0.4 MB become
400 MB. So it is told to pass compressed messages on as they are.
"""

import asyncio
import threading
from collections.abc import Callable

import grpc

from keras_infogan.serving.protocol import packed_bytes
from keras_infogan.serving.protocol.errors import StatusError
from keras_infogan.serving.server.grpc_admission import Context

# gRPC does not tell how a message was compressed. No request begins like this by itself: the first
# would be a field 3 of a type that protobuf does not have, the second a field 15.
_WINDOWS = {b"\x1f\x8b": packed_bytes.GZIP_WINDOW} | {
    bytes([0x78, last]): packed_bytes.DEFLATE_WINDOW for last in (0x01, 0x5E, 0x9C, 0xDA)
}
_BEGINNING = 2  # bytes
SHARES = 4  # of a message's limit, which all calls together may have unpacked


def unpacked(
    message: bytes,
    maximum_bytes: int,
    count_bytes: Callable[[int], None] = lambda count: None,
) -> bytes:
    """Returns a message as it was before it was compressed, if it was.

    Args:
        message: as it was sent.
        maximum_bytes: the most that a compressed message may hold.
        count_bytes: told of each piece once it is unpacked; it raises to end this.

    Raises:
        StatusError: RESOURCE_EXHAUSTED for more bytes, INVALID_ARGUMENT for a compressed message
            that is damaged.

    Examples:
        >>> import gzip
        >>> unpacked(gzip.compress(b"abc"), 100), unpacked(b"abc", 1)
        (b'abc', b'abc')
    """
    window = _WINDOWS.get(message[:_BEGINNING])
    if window is None:
        return message
    return bytes(packed_bytes.unpack(message, window, maximum_bytes, count_bytes))


class MessageUnpacker:
    """Unpacks the messages of calls, and counts what all of them hold together.

    Args:
        maximum_bytes: the most that a compressed message may hold; all calls in progress may have
            unpacked four times as much.
    """

    def __init__(self, maximum_bytes: int) -> None:
        self._maximum_bytes = maximum_bytes
        self._held: dict[Context, int] = {}  # bytes, by the call
        self._lock = threading.Lock()

    async def unpack(self, message: bytes, context: Context) -> bytes:
        """Returns a message as it was before it was compressed.

        Args:
            message: as it was sent.
            context: of its call, at whose end the bytes are no longer counted.

        Raises:
            StatusError: RESOURCE_EXHAUSTED for too many bytes, of this message or of all of them;
                INVALID_ARGUMENT for a damaged one.
        """
        if message[:_BEGINNING] not in _WINDOWS:
            return message
        self._held[context] = 0
        context.add_done_callback(lambda _: self._end(context))
        return await asyncio.to_thread(
            unpacked, message, self._maximum_bytes, lambda count: self._add(context, count)
        )

    def _add(self, context: Context, count: int) -> None:
        with self._lock:
            if context not in self._held:
                raise StatusError(grpc.StatusCode.CANCELLED, "The caller has left")
            if sum(self._held.values()) + count <= SHARES * self._maximum_bytes:
                self._held[context] += count
                return
        raise StatusError(
            grpc.StatusCode.RESOURCE_EXHAUSTED,
            f"The compressed messages in progress have {SHARES * self._maximum_bytes} bytes, as "
            "many as the server allows",
        )

    def _end(self, context: Context) -> None:
        with self._lock:
            del self._held[context]
