"""The body of an HTTP request: limited in size, plain or compressed."""

import zlib
from collections.abc import Callable

import grpc
from starlette.requests import Request

from keras_infogan.serving.protocol.errors import StatusError, invalid_argument

_GZIP_WINDOW = 16 + zlib.MAX_WBITS
_PLAIN = ("", "identity")
_GZIP = ("gzip", "x-gzip")
_NOT_WHOLE = "The body should be one whole gzip. Received: less or more"
_PIECE_BYTES = 2**14
_MAXIMUM_DIGITS = 19  # of a length; Python converts no more than some thousand


async def read(
    request: Request, maximum_bytes: int, count_bytes: Callable[[int], None]
) -> bytearray:
    """Reads a body as it was sent.

    Args:
        request: not read so far.
        maximum_bytes: the most that the body may have.
        count_bytes: told of each part before it is kept; it raises to refuse it.

    Returns:
        The body.

    Raises:
        StatusError: RESOURCE_EXHAUSTED for more bytes, sent or only announced.
        ClientDisconnect: when the caller goes away.
    """
    length = request.headers.get("content-length", "")
    if length.isdecimal() and (len(length) > _MAXIMUM_DIGITS or int(length) > maximum_bytes):
        raise _too_large(maximum_bytes)
    body = bytearray()
    async for chunk in request.stream():
        if len(body) + len(chunk) > maximum_bytes:
            raise _too_large(maximum_bytes)
        count_bytes(len(chunk))
        body += chunk
    return body


def is_packed(encoding: str) -> bool:
    """Tells whether a body of this `Content-Encoding` is compressed."""
    return encoding.strip().lower() not in _PLAIN


def unpack(body: bytes | bytearray, encoding: str, maximum_bytes: int) -> bytes | bytearray:
    """Unpacks a body; a few kilobytes can hold gigabytes, so this stops at a limit.

    Args:
        body: as it was sent.
        encoding: its `Content-Encoding`; gzip, or nothing.
        maximum_bytes: the most that a compressed body may hold.

    Returns:
        The plain body.

    Raises:
        StatusError: RESOURCE_EXHAUSTED for more bytes, INVALID_ARGUMENT for what is no gzip or
            another encoding.

    Examples:
        >>> import gzip
        >>> bytes(unpack(gzip.compress(b"{}"), "gzip", 1000))
        b'{}'
    """
    if not is_packed(encoding):
        return body
    encoding = encoding.strip().lower()
    if encoding not in _GZIP:
        raise invalid_argument(f"Content-Encoding should be gzip. Received: {encoding}")
    try:
        return _gunzipped(body, maximum_bytes)
    except zlib.error as error:
        raise invalid_argument(f"The body should be gzip. Received: {error}") from error


def _gunzipped(body: bytes | bytearray, maximum_bytes: int) -> bytearray:
    """Unpacks piece by piece, so that a refused body takes little more than it may have."""
    unpacker = zlib.decompressobj(_GZIP_WINDOW)
    plain = bytearray()
    view = memoryview(body)
    for start in range(0, len(body), _PIECE_BYTES):
        if unpacker.eof:
            raise invalid_argument(_NOT_WHOLE)
        piece = view[start : start + _PIECE_BYTES]
        # A length of 0 would mean no limit.
        plain += unpacker.decompress(piece, maximum_bytes - len(plain) + 1)
        if len(plain) > maximum_bytes:
            raise _too_large(maximum_bytes)
    if not unpacker.eof or unpacker.unused_data:
        raise invalid_argument(_NOT_WHOLE)
    return plain


def _too_large(maximum_bytes: int) -> StatusError:
    return StatusError(
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        f"A request should have at most {maximum_bytes} bytes. Received: more",
    )
