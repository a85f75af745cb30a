"""How many rows a server takes in one request, read from its refusal."""

import re

import grpc

from keras_infogan.serving.protocol.errors import StatusError

# TensorFlow Serving's text, and that of the embedded server.
_TOO_MANY_ROWS = re.compile(r"Task size \d+ is larger than maximum input batch size (\d{1,9})")


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
