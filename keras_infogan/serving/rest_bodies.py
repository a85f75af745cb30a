"""Reading the body of an HTTP request: limited in size, plain or compressed."""

import zlib

import grpc
from starlette.requests import Request

from keras_infogan.serving.errors import StatusError, invalid_argument

_GZIP_WINDOW = 16 + zlib.MAX_WBITS


async def read(request: Request, maximum_bytes: int) -> bytes:
    """Reads a body, and unpacks it where its `Content-Encoding` is gzip.

    Args:
        request: not read so far.
        maximum_bytes: the most that the body may have, as sent and unpacked.

    Returns:
        The plain body.

    Raises:
        StatusError: RESOURCE_EXHAUSTED for more bytes, INVALID_ARGUMENT for what is no gzip or
            another encoding.
        ClientDisconnect: when the caller goes away.
    """
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip", ""):
        raise invalid_argument(f"Content-Encoding should be gzip. Received: {encoding}")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > maximum_bytes:
            raise _too_large(maximum_bytes)
    return _unpack(bytes(body), maximum_bytes) if encoding.endswith("gzip") else bytes(body)


def _unpack(packed: bytes, maximum_bytes: int) -> bytes:
    """Stops at the limit: a few kilobytes can unpack to gigabytes."""
    unpacker = zlib.decompressobj(_GZIP_WINDOW)
    try:
        body = unpacker.decompress(packed, maximum_bytes)
    except zlib.error as error:
        raise invalid_argument(f"The body should be gzip. Received: {error}") from error
    if unpacker.unconsumed_tail:
        raise _too_large(maximum_bytes)
    if not unpacker.eof:
        raise invalid_argument("The body should be gzip. Received: a part of it")
    return body


def _too_large(maximum_bytes: int) -> StatusError:
    return StatusError(
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        f"A request should have at most {maximum_bytes} bytes. Received: more",
    )
