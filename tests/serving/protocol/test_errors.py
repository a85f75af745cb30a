import grpc
import pytest
import tensorflow as tf

from keras_infogan.serving.protocol import errors


@pytest.mark.parametrize(
    ("code", "http_status"),
    [
        (grpc.StatusCode.INVALID_ARGUMENT, 400),
        (grpc.StatusCode.FAILED_PRECONDITION, 400),
        (grpc.StatusCode.OUT_OF_RANGE, 400),
        (grpc.StatusCode.NOT_FOUND, 404),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, 429),
        (grpc.StatusCode.UNIMPLEMENTED, 501),
        (grpc.StatusCode.UNAVAILABLE, 503),
        (grpc.StatusCode.DEADLINE_EXCEEDED, 504),
        (grpc.StatusCode.INTERNAL, 500),
        (grpc.StatusCode.UNKNOWN, 500),
    ],
)
def test_each_code_has_its_http_status(code, http_status):
    assert errors.StatusError(code, "text").http_status == http_status


def test_an_operation_error_keeps_code_and_text():
    error = errors.from_operation_error(tf.errors.OutOfRangeError(None, None, "the end"))
    assert (error.code, error.message, str(error)) == (
        grpc.StatusCode.OUT_OF_RANGE,
        "the end",
        "the end",
    )


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, grpc.StatusCode.INVALID_ARGUMENT),
        (404, grpc.StatusCode.NOT_FOUND),
        (503, grpc.StatusCode.UNAVAILABLE),
        (500, grpc.StatusCode.UNKNOWN),
    ],
)
def test_an_http_status_becomes_the_commonest_code(status, code):
    assert errors.from_http_status(status, "text").code == code
