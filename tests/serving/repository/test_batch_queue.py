import grpc
import numpy as np
import pytest

from keras_infogan.serving.protocol.errors import StatusError
from keras_infogan.serving.repository.batch_queue import BatchQueue
from keras_infogan.serving.repository.batch_requests import BatchRequest
from keras_infogan.serving.repository.batching_options import BatchingOptions

SPLITTING = {"enable_large_batch_splitting": True, "max_execution_batch_size": 4}


def queue_of(*rows, **options):
    """A queue of batches of up to 8 rows, and its requests."""
    options = {"max_batch_size": 8, "max_enqueued_batches": 2, **options}
    queue = BatchQueue(dict, BatchingOptions(**options))
    requests = [BatchRequest({"x": np.zeros(count)}) for count in rows]
    for request in requests:
        queue.add(request)
    return queue, requests


def rows_of(queue):
    return [[part.rows for part in batch.parts] for batch in queue.batches]


def test_requests_fill_a_batch_and_begin_another():
    queue, _ = queue_of(3, 5, 1)
    assert rows_of(queue) == [[3, 5], [1]]
    assert queue.is_ready(now=0.0)


def test_a_batch_waits_for_its_time():
    queue, requests = queue_of(3, batch_timeout_micros=1_000_000)
    assert not queue.is_ready(requests[0].enqueued + 0.5)
    assert queue.is_ready(requests[0].enqueued + 1.5)


def test_a_request_is_split_where_batches_end():
    queue, _ = queue_of(3, 5, **SPLITTING)
    assert rows_of(queue) == [[3, 1], [4]]


def test_no_rows_have_a_place():
    assert rows_of(queue_of(0, 0)[0]) == [[0, 0]]
    assert rows_of(queue_of(8, 0)[0]) == [[8], [0]]
    assert rows_of(queue_of(0, 3, **SPLITTING)[0]) == [[0, 3]]


FULL = {
    "whole requests": (
        (8, 8, 1),
        {},
        "currently 2 batches enqueued and max_enqueued_batches is 2",
    ),
    "split requests": (
        (6, 3),
        SPLITTING,
        "task size is 3 but scheduling capacity is only 2 (num_enqueued_batches=2, "
        "max_enqueued_batches=2, open_batch_size=2, max_execution_batch_size=4)",
    ),
}


@pytest.mark.parametrize(("rows", "options", "text"), FULL.values(), ids=FULL)
def test_a_full_queue_says_so(rows, options, text):
    with pytest.raises(StatusError) as caught:
        queue_of(*rows, **options)
    assert caught.value.code == grpc.StatusCode.UNAVAILABLE
    begin = "The batch scheduling queue to which this task was submitted is full; "
    assert caught.value.message == begin + text


def test_cancelled_requests_make_room():
    queue, requests = queue_of(8, 4, 4)
    requests[0].future.cancel()
    requests[2].future.cancel()
    queue.add(BatchRequest({"x": np.zeros(5)}))
    assert rows_of(queue) == [[4], [5]]


def test_a_request_of_too_many_rows_is_refused():
    with pytest.raises(StatusError, match="^Task size 9 is larger than maximum input batch size 8"):
        queue_of(9)
