import grpc
import pytest

from keras_infogan.serving.client.row_limits import fewer_rows, row_limit
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


BYTES = "A request should have at most 100 bytes. Received: more"


@pytest.mark.parametrize(
    ("code", "text", "rows"),
    [
        (grpc.StatusCode.INVALID_ARGUMENT, TEXT + "32", 32),
        (grpc.StatusCode.INVALID_ARGUMENT, TEXT + "100", None),  # it took no fewer
        (grpc.StatusCode.RESOURCE_EXHAUSTED, BYTES, 50),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, "1000 requests are in progress", None),
        (grpc.StatusCode.INVALID_ARGUMENT, BYTES, None),
    ],
)
def test_a_part_that_is_refused_has_fewer_rows_next_time(code, text, rows):
    assert fewer_rows(StatusError(code, text), 100) == rows


def test_a_row_is_not_divided():
    assert fewer_rows(StatusError(grpc.StatusCode.RESOURCE_EXHAUSTED, BYTES), 1) is None
