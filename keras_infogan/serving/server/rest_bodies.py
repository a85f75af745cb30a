"""The body of an HTTP request: limited in size, plain or compressed."""

from collections.abc import Callable

from starlette.requests import Request

from keras_infogan.serving.protocol import packed_bytes
from keras_infogan.serving.protocol.errors import invalid_argument

_PLAIN = ("", "identity")
_GZIP = ("gzip", "x-gzip")
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
        raise packed_bytes.too_large(maximum_bytes)
    body = bytearray()
    async for chunk in request.stream():
        if len(body) + len(chunk) > maximum_bytes:
            raise packed_bytes.too_large(maximum_bytes)
        count_bytes(len(chunk))
        body += chunk
    return body


def is_packed(encoding: str) -> bool:
    """Tells whether a body of this `Content-Encoding` is compressed."""
    return encoding.strip().lower() not in _PLAIN


def unpack(
    body: bytes | bytearray,
    encoding: str,
    maximum_bytes: int,
    count_bytes: Callable[[int], None],
) -> bytes | bytearray:
    """Unpacks a body; a few kilobytes can hold gigabytes, so this stops at a limit.

    Args:
        body: as it was sent.
        encoding: its `Content-Encoding`; gzip, or nothing.
        maximum_bytes: the most that a compressed body may hold.
        count_bytes: told of each piece once it is unpacked; it raises to end this.

    Returns:
        The plain body.

    Raises:
        StatusError: RESOURCE_EXHAUSTED for more bytes, INVALID_ARGUMENT for what is no gzip or
            another encoding.

    Examples:
        >>> import gzip
        >>> unpack(gzip.compress(b"{}"), "gzip", 1000, count_bytes=lambda count: None)
        bytearray(b'{}')
    """
    if not is_packed(encoding):
        return body
    encoding = encoding.strip().lower()
    if encoding not in _GZIP:
        raise invalid_argument(f"Content-Encoding should be gzip. Received: {encoding}")
    return packed_bytes.unpack(body, packed_bytes.GZIP_WINDOW, maximum_bytes, count_bytes)
