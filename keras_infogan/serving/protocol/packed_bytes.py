"""Compressed bytes of a request: a few kilobytes can hold gigabytes, so unpacking has a limit."""

import zlib
from collections.abc import Callable

import grpc

from keras_infogan.serving.protocol.errors import StatusError, invalid_argument

PIECE_BYTES = 2**20  # counted before the next piece is unpacked
GZIP_WINDOW = 16 + zlib.MAX_WBITS
DEFLATE_WINDOW = zlib.MAX_WBITS  # with zlib's head, as HTTP and gRPC mean it


def unpack(
    packed: bytes | bytearray,
    window: int,
    maximum_bytes: int,
    count_bytes: Callable[[int], None],
) -> bytearray:
    """Unpacks what a caller sent, and stops at a limit.

    Args:
        packed: as it was sent.
        window: zlib's number for the format: `GZIP_WINDOW` or `DEFLATE_WINDOW`.
        maximum_bytes: the most that it may hold.
        count_bytes: told of each piece once it is unpacked; it raises to end this.

    Returns:
        The plain bytes.

    Raises:
        StatusError: RESOURCE_EXHAUSTED for more bytes, INVALID_ARGUMENT for what is not of the
            format.

    Examples:
        >>> import gzip
        >>> unpack(gzip.compress(b"{}"), GZIP_WINDOW, 1000, count_bytes=lambda count: None)
        bytearray(b'{}')
    """
    name = "gzip" if window == GZIP_WINDOW else "deflate"
    unpacker = zlib.decompressobj(window)
    plain = bytearray()
    rest: bytes | bytearray = packed
    while rest and not unpacker.eof:
        try:
            piece = unpacker.decompress(rest, PIECE_BYTES)
        except zlib.error as error:
            raise invalid_argument(f"The body should be {name}. Received: {error}") from error
        if len(plain) + len(piece) > maximum_bytes:
            raise too_large(maximum_bytes)
        count_bytes(len(piece))
        plain += piece
        rest = unpacker.unconsumed_tail
    if not unpacker.eof or unpacker.unused_data:
        raise invalid_argument(f"The body should be one whole {name}. Received: less or more")
    return plain


def too_large(maximum_bytes: int) -> StatusError:
    """Returns the error for a request of more bytes than it may have."""
    return StatusError(
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        f"A request should have at most {maximum_bytes} bytes. Received: more",
    )
