import grpc
import pytest

from keras_infogan.serving.client.row_limits import row_limit
from keras_infogan.serving.protocol.errors import StatusError

TEXT = "Task size 100 is larger than maximum input batch size "


@pytest.mark.parametrize(
    ("code", "text", "limit"),
    [
        (grpc.StatusCode.INVALID_ARGUMENT, TEXT + "32", 32),
        (grpc.StatusCode.INVALID_ARGUMENT, f"Batching: {TEXT}32 [Op: x]", 32),
        (grpc.StatusCode.INVALID_ARGUMENT, TEXT + "0", None),
        (grpc.StatusCode.INVALID_ARGUMENT, "x should be 32", None),
        (grpc.StatusCode.INTERNAL, TEXT + "32", None),
    ],
)
def test_a_limit_is_read_from_the_refusal(code, text, limit):
    assert row_limit(StatusError(code, text)) == limit
