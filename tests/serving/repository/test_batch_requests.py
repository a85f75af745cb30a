import time

import grpc
import numpy as np
import pytest

from keras_infogan.serving.protocol.errors import StatusError
from keras_infogan.serving.repository.batch_requests import BatchRequest


def make_request(rows, **options):
    return BatchRequest({"x": np.arange(rows, dtype=np.float32)}, **options)


def test_parts_hold_their_rows_and_their_outputs_are_joined_in_order():
    request = make_request(5)
    first, second = request.split([2, 3])
    assert (first.inputs["x"].tolist(), second.inputs["x"].tolist()) == ([0, 1], [2, 3, 4])
    assert not first.is_whole_request
    second.succeed({"y": np.float32([2, 3, 4])})
    assert not request.future.done()
    first.succeed({"y": np.float32([0, 1])})
    assert request.future.result()["y"].tolist() == [0, 1, 2, 3, 4]


def test_a_request_of_one_part_copies_nothing():
    request = make_request(5)
    (part,) = request.split([5])
    assert part.inputs is request.inputs


def test_a_request_ends_once():
    request = make_request(2)
    request.fail(ValueError("first"))
    request.fail(ValueError("second"))
    request.succeed({})
    with pytest.raises(ValueError, match="first"):
        request.future.result()


def test_a_cancelled_request_does_not_start():
    request = make_request(2)
    assert request.future.cancel()
    assert not request.start()


def test_a_late_request_does_not_start():
    request = make_request(2, deadline=time.monotonic() - 1.0)
    assert not request.start()
    assert request.future.exception().code == grpc.StatusCode.RESOURCE_EXHAUSTED


def test_a_request_that_runs_drops_its_other_parts_when_its_caller_leaves():
    request = make_request(2)
    assert request.start()
    assert not request.future.cancel()
    assert not request.start()
    assert request.future.exception().code == grpc.StatusCode.CANCELLED


def test_inputs_have_equal_numbers_of_rows():
    with pytest.raises(StatusError, match="must have equal 0th-dimension size"):
        BatchRequest({"x": np.zeros(2), "y": np.zeros(3)})
