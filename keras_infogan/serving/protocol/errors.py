"""The one error that a request can end with, and what it is called over gRPC and over HTTP."""

import grpc
import tensorflow as tf

_CODES_BY_NUMBER: dict[int, grpc.StatusCode] = {code.value[0]: code for code in grpc.StatusCode}

_HTTP_STATUSES: dict[grpc.StatusCode, int] = {
    grpc.StatusCode.OK: 200,
    grpc.StatusCode.INVALID_ARGUMENT: 400,
    grpc.StatusCode.FAILED_PRECONDITION: 400,
    grpc.StatusCode.OUT_OF_RANGE: 400,
    grpc.StatusCode.UNAUTHENTICATED: 401,
    grpc.StatusCode.PERMISSION_DENIED: 403,
    grpc.StatusCode.NOT_FOUND: 404,
    grpc.StatusCode.ABORTED: 409,
    grpc.StatusCode.ALREADY_EXISTS: 409,
    grpc.StatusCode.RESOURCE_EXHAUSTED: 429,
    grpc.StatusCode.CANCELLED: 499,
    grpc.StatusCode.UNIMPLEMENTED: 501,
    grpc.StatusCode.UNAVAILABLE: 503,
    grpc.StatusCode.DEADLINE_EXCEEDED: 504,
}
_INTERNAL_SERVER_ERROR = 500

MAXIMUM_TEXT = 8192  # characters of an error over REST
_TRUNCATED = "...TRUNCATED"  # TensorFlow Serving's mark

WITHOUT_TOKEN = "The request should bring the server's token: Authorization: Bearer TOKEN"


class StatusError(RuntimeError):
    """A request's failure: a canonical status code and a message for the caller.

    Args:
        code: the canonical code, never `OK`.
        message: the text that the caller receives, unchanged, over gRPC and over REST.

    Examples:
        >>> code = grpc.StatusCode.NOT_FOUND
        >>> error = StatusError(code, "Servable not found for request: Latest(m)")
        >>> error.http_status
        404
    """

    def __init__(self, code: grpc.StatusCode, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    @property
    def http_status(self) -> int:
        """The HTTP status that stands for this error's code."""
        return _HTTP_STATUSES.get(self.code, _INTERNAL_SERVER_ERROR)


def invalid_argument(message: str) -> StatusError:
    """Returns the error for a request that no state of the server could satisfy."""
    return StatusError(grpc.StatusCode.INVALID_ARGUMENT, message)


def not_found(message: str) -> StatusError:
    """Returns the error for a model or version that is not there."""
    return StatusError(grpc.StatusCode.NOT_FOUND, message)


def failed_precondition(message: str) -> StatusError:
    """Returns the error for a request that another state of the server could satisfy."""
    return StatusError(grpc.StatusCode.FAILED_PRECONDITION, message)


def unimplemented(message: str) -> StatusError:
    """Returns the error for what this server does not offer."""
    return StatusError(grpc.StatusCode.UNIMPLEMENTED, message)


def shortened(message: str) -> str:
    """Returns a message for a response, cut before it repeats megabytes of a request.

    Examples:
        >>> len(shortened("a" * 1_000_000)) < 10_000
        True
    """
    return message if len(message) <= MAXIMUM_TEXT else message[:MAXIMUM_TEXT] + _TRUNCATED


def from_operation_error(error: tf.errors.OpError) -> StatusError:
    """Returns a TensorFlow operation's error under the same code and text.

    Args:
        error: what running a graph raised.

    Returns:
        The `StatusError` that TensorFlow Serving would answer with.

    Examples:
        >>> error = tf.errors.InvalidArgumentError(None, None, "bad shape")
        >>> from_operation_error(error).http_status
        400
    """
    return StatusError(_CODES_BY_NUMBER[error.error_code], error.message)


def from_http_status(status: int, message: str) -> StatusError:
    """Returns the error that a REST answer stands for.

    Args:
        status: the HTTP status, 400 or above.
        message: the answer's `error` text.

    Returns:
        A `StatusError`; where several codes share an HTTP status, the commonest of them.

    Examples:
        >>> from_http_status(404, "no such model").code.name
        'NOT_FOUND'
    """
    for code, http_status in _HTTP_STATUSES.items():
        if http_status == status:
            return StatusError(code, message)
    return StatusError(grpc.StatusCode.UNKNOWN, message)
