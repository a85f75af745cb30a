"""The body of an HTTP request: limited in size, plain or compressed."""

import zlib

import grpc
from starlette.requests import Request

from keras_infogan.serving.protocol.errors import StatusError, invalid_argument

_GZIP_WINDOW = 16 + zlib.MAX_WBITS
_PLAIN = ("", "identity")
_GZIP = ("gzip", "x-gzip")


async def read(request: Request, maximum_bytes: int) -> bytes:
    """Reads a body as it was sent.

    Args:
        request: not read so far.
        maximum_bytes: the most that the body may have.

    Returns:
        The body.

    Raises:
        StatusError: RESOURCE_EXHAUSTED for more bytes.
        ClientDisconnect: when the caller goes away.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > maximum_bytes:
            raise _too_large(maximum_bytes)
    return bytes(body)


def unpack(body: bytes, encoding: str, maximum_bytes: int) -> bytes:
    """Unpacks a body; a few kilobytes can hold gigabytes, so this stops at a limit.

    Args:
        body: as it was sent.
        encoding: its `Content-Encoding`; gzip, or nothing.
        maximum_bytes: the most that it may hold.

    Returns:
        The plain body.

    Raises:
        StatusError: RESOURCE_EXHAUSTED for more bytes, INVALID_ARGUMENT for what is no gzip or
            another encoding.

    Examples:
        >>> import gzip
        >>> unpack(gzip.compress(b"{}"), "gzip", 1000)
        b'{}'
    """
    encoding = encoding.strip().lower()
    if encoding in _PLAIN:
        return body
    if encoding not in _GZIP:
        raise invalid_argument(f"Content-Encoding should be gzip. Received: {encoding}")
    unpacker = zlib.decompressobj(_GZIP_WINDOW)
    try:
        plain = unpacker.decompress(body, maximum_bytes)
    except zlib.error as error:
        raise invalid_argument(f"The body should be gzip. Received: {error}") from error
    if unpacker.unconsumed_tail:
        raise _too_large(maximum_bytes)
    if not unpacker.eof or unpacker.unused_data:
        raise invalid_argument("The body should be one whole gzip. Received: less or more")
    return plain


def _too_large(maximum_bytes: int) -> StatusError:
    return StatusError(
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        f"A request should have at most {maximum_bytes} bytes. Received: more",
    )
