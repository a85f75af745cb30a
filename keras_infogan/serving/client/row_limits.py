"""How many rows a server takes in one request, read from its refusal."""

import re

import grpc

from keras_infogan.serving.protocol.errors import StatusError

# TensorFlow Serving's text, and that of the embedded server.
_TOO_MANY_ROWS = re.compile(r"Task size \d+ is larger than maximum input batch size (\d{1,9})")

_TOO_MANY_BYTES = re.compile(r"A request should have at most \d+ bytes")


def fewer_rows(error: StatusError, rows: int) -> int | None:
    """Returns how many rows to send instead, if a request was refused because it had too many.

    Args:
        error: of the request.
        rows: that it had.

    Returns:
        The server's limit of rows, or half of the rows where it limits bytes; None for every other
        refusal.

    Examples:
        >>> text = "A request should have at most 100 bytes. Received: more"
        >>> fewer_rows(StatusError(grpc.StatusCode.RESOURCE_EXHAUSTED, text), rows=256)
        128
    """
    is_too_large = error.code == grpc.StatusCode.RESOURCE_EXHAUSTED and _TOO_MANY_BYTES.match(
        error.message
    )
    limit = rows // 2 if is_too_large else row_limit(error)
    return limit if limit and limit < rows else None


def row_limit(error: StatusError) -> int | None:
    """Returns the largest number of rows that a server takes, if this is why it refused a request.

    Args:
        error: of a request.

    Examples:
        >>> text = "Task size 100 is larger than maximum input batch size 32"
        >>> row_limit(StatusError(grpc.StatusCode.INVALID_ARGUMENT, text))
        32
    """
    found = _TOO_MANY_ROWS.search(error.message)
    if error.code != grpc.StatusCode.INVALID_ARGUMENT or found is None:
        return None
    return int(found[1]) or None
