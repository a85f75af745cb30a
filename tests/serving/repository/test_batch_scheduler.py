import threading
import time
from concurrent.futures import ThreadPoolExecutor

import grpc
import numpy as np
import pytest

from keras_infogan.serving.protocol.errors import StatusError, invalid_argument
from keras_infogan.serving.repository.batch_scheduler import BatchScheduler
from keras_infogan.serving.repository.batching_options import BatchingOptions


class Doubling:
    """Doubles x and remembers how many rows it was given; refuses negative ones."""

    def __init__(self):
        self.sizes = []
        self.free = threading.Event()
        self.free.set()

    def __call__(self, inputs):
        self.free.wait()
        self.sizes.append(len(inputs["x"]))
        if (inputs["x"] < 0).any():
            raise invalid_argument(f"negative: {inputs['x'].tolist()}")
        return {"y": 2 * inputs["x"]}


def ask(scheduler, run, values, timeout=None):
    return scheduler.submit("key", run, {"x": np.float32(values)}, timeout).result()


def together(scheduler, run, requests, timeout=None):
    """Submits requests at the same time; returns answers or errors in their order."""

    def submit(values):
        try:
            return ask(scheduler, run, values, timeout)["y"].tolist()
        except StatusError as error:
            return error

    with ThreadPoolExecutor(len(requests)) as pool:
        return list(pool.map(submit, requests))


def test_requests_are_joined_and_each_gets_its_own_rows(make_scheduler):
    run = Doubling()
    answers = together(make_scheduler(max_batch_size=8), run, [[1], [2, 3], [4]])
    assert answers == [[2], [4, 6], [8]]
    assert run.sizes == [4]


def test_a_full_batch_does_not_wait(make_scheduler):
    run = Doubling()
    started = time.monotonic()
    scheduler = make_scheduler(max_batch_size=2, batch_timeout_micros=60_000_000)
    assert together(scheduler, run, [[1], [2]]) == [[2], [4]]
    assert time.monotonic() - started < 10


def test_batches_are_padded_to_an_allowed_size(make_scheduler):
    run = Doubling()
    scheduler = make_scheduler(max_batch_size=8, allowed_batch_sizes=(2, 8))
    assert together(scheduler, run, [[1], [2], [3]]) == [[2], [4], [6]]
    assert together(scheduler, run, [[1]]) == [[2]]
    assert run.sizes == [8, 2]


def test_a_bad_request_fails_alone_and_with_its_own_words(make_scheduler):
    answers = together(make_scheduler(max_batch_size=8), Doubling(), [[1], [-2], [3]])
    assert answers[0] == [2] and answers[2] == [6]
    assert answers[1].message == "negative: [-2.0]"


def test_the_neighbours_of_a_bad_request_stay_joined(make_scheduler):
    run = Doubling()
    # A batch that leaves when it is full, however late the last thread comes.
    scheduler = make_scheduler(max_batch_size=32, batch_timeout_micros=60_000_000)
    answers = together(scheduler, run, [[-1 if n == 5 else n] for n in range(32)])
    assert [n for n, answer in enumerate(answers) if isinstance(answer, StatusError)] == [5]
    assert len(run.sizes) <= 1 + 2 * 5  # halves of halves, and no run for each of 32


def test_padding_is_in_no_error(make_scheduler):
    def run(inputs):
        raise invalid_argument(f"{len(inputs['x'])} rows")

    scheduler = make_scheduler(max_batch_size=8, allowed_batch_sizes=(8,))
    (answer,) = together(scheduler, run, [[1, 2]])
    assert answer.message == "2 rows"


def test_outputs_without_rows_are_computed_for_each_request(make_scheduler):
    def run(inputs):
        return {"y": np.float32(inputs["x"].sum())}

    assert together(make_scheduler(max_batch_size=8), run, [[1], [2, 3]]) == [1, 5]


def test_a_full_queue_refuses_at_once(make_scheduler):
    run = Doubling()
    scheduler = make_scheduler(max_batch_size=1, max_enqueued_batches=1, batch_timeout_micros=0)
    run.free.clear()
    waiting = []
    for value in (1, 2):
        waiting.append(scheduler.submit("key", run, {"x": np.float32([value])}, None))
        time.sleep(0.1)
    with pytest.raises(StatusError, match="was submitted is full; currently 1") as caught:
        ask(scheduler, run, [3])
    run.free.set()
    assert [each.result()["y"].tolist() for each in waiting] == [[2], [4]]
    assert caught.value.code == grpc.StatusCode.UNAVAILABLE


def test_a_deadline_spent_in_the_queue(make_scheduler):
    answers = together(make_scheduler(batch_timeout_micros=80_000), Doubling(), [[1]], 0.01)
    assert answers[0].code == grpc.StatusCode.RESOURCE_EXHAUSTED
    assert answers[0].message == "Run() timeout exceeded while waiting in batching queue"


def test_a_deadline_that_passed_takes_nobody_else_along(make_scheduler):
    scheduler, run = make_scheduler(batch_timeout_micros=80_000), Doubling()
    with ThreadPoolExecutor(2) as pool:
        late = pool.submit(together, scheduler, run, [[1]], 0.01)
        patient = pool.submit(together, scheduler, run, [[2]])
        assert patient.result() == [[4]]
        assert late.result()[0].code == grpc.StatusCode.RESOURCE_EXHAUSTED
    assert run.sizes == [1]


@pytest.mark.parametrize(
    ("inputs", "text"),
    [
        ({"x": np.float32(1)}, "Batching Run() input tensors must have at least one dimension"),
        (
            {"x": np.zeros(2), "y": np.zeros(3)},
            "Batching Run() input tensors must have equal 0th-dimension size",
        ),
        ({"x": np.zeros(9)}, "Task size 9 is larger than maximum input batch size 8"),
    ],
)
def test_what_is_no_batch_is_refused(make_scheduler, inputs, text):
    with pytest.raises(StatusError) as caught:
        make_scheduler(max_batch_size=8).submit("key", Doubling(), inputs, None).result()
    assert (caught.value.code, caught.value.message) == (grpc.StatusCode.INVALID_ARGUMENT, text)


def test_no_rows_are_a_request_too(make_scheduler):
    scheduler = make_scheduler(max_batch_size=8, allowed_batch_sizes=(4, 8))
    assert together(scheduler, Doubling(), [[]]) == [[]]


def test_stopping_runs_what_is_queued():
    scheduler = BatchScheduler(BatchingOptions(batch_timeout_micros=60_000_000))
    scheduler.start()
    waiting = scheduler.submit("key", Doubling(), {"x": np.float32([1])}, None)
    scheduler.stop()
    assert waiting.result()["y"].tolist() == [2]
    with pytest.raises(StatusError, match="stopping"):
        ask(scheduler, Doubling(), [1])


def test_a_batch_of_a_thousand_requests_loses_none(make_scheduler):
    scheduler = make_scheduler(max_batch_size=32, max_enqueued_batches=1000, num_batch_threads=3)
    requests = [[value, value + 1] for value in range(500)]
    with ThreadPoolExecutor(40) as pool:
        answers = pool.map(lambda values: ask(scheduler, Doubling(), values), requests)
        assert [answer["y"].tolist() for answer in answers] == [
            [2 * first, 2 * second] for first, second in requests
        ]


def test_a_cancelled_request_is_not_computed(make_scheduler):
    scheduler, run = make_scheduler(max_batch_size=1, batch_timeout_micros=0), Doubling()
    run.free.clear()
    first = scheduler.submit("key", run, {"x": np.float32([1])}, None)
    time.sleep(0.1)
    leaving = [scheduler.submit("key", run, {"x": np.float32([2])}, None) for _ in range(5)]
    last = scheduler.submit("key", run, {"x": np.float32([3])}, None)
    assert all(each.cancel() for each in leaving)
    assert not first.cancel()  # it runs already
    run.free.set()
    assert [first.result()["y"].tolist(), last.result()["y"].tolist()] == [[2], [6]]
    assert run.sizes == [1, 1]


def test_cancelled_requests_take_no_place_in_the_queue(make_scheduler):
    scheduler = make_scheduler(max_batch_size=1, max_enqueued_batches=2, batch_timeout_micros=0)
    run = Doubling()
    run.free.clear()
    first = scheduler.submit("key", run, {"x": np.float32([1])}, None)
    time.sleep(0.1)
    for _ in range(10):
        scheduler.submit("key", run, {"x": np.float32([2])}, None).cancel()
    last = scheduler.submit("key", run, {"x": np.float32([3])}, None)
    run.free.set()
    assert [first.result()["y"].tolist(), last.result()["y"].tolist()] == [[2], [6]]


SPLITTING = {"max_batch_size": 64, "enable_large_batch_splitting": True}


def test_a_large_request_runs_in_several_batches(make_scheduler):
    run = Doubling()
    scheduler = make_scheduler(**SPLITTING, max_execution_batch_size=8)
    answers = together(scheduler, run, [list(range(20)), [1, 2]])
    assert answers == [[2 * value for value in range(20)], [2, 4]]
    assert sorted(run.sizes) == [6, 8, 8]


def test_a_large_request_with_a_bad_row_fails_and_its_neighbour_does_not(make_scheduler):
    scheduler = make_scheduler(**SPLITTING, max_execution_batch_size=4)
    bad, good = together(scheduler, Doubling(), [[1, 2, 3, 4, 5, -6], [7]])
    assert bad.message == "negative: [5.0, -6.0]"
    assert good == [14]


def test_outputs_without_rows_are_of_the_whole_large_request(make_scheduler):
    def run(inputs):
        return {"y": np.float32(inputs["x"].sum())}

    scheduler = make_scheduler(**SPLITTING, max_execution_batch_size=2)
    assert together(scheduler, run, [[1, 2, 3, 4, 5]]) == [15]


def test_the_rest_of_a_large_request_is_dropped_when_its_caller_leaves(make_scheduler):
    scheduler = make_scheduler(**SPLITTING, max_execution_batch_size=2, batch_timeout_micros=0)
    run = Doubling()
    run.free.clear()
    large = scheduler.submit("key", run, {"x": np.ones(10, np.float32)}, None)
    time.sleep(0.1)
    assert not large.cancel()
    run.free.set()
    with pytest.raises(StatusError, match="The caller has left"):
        large.result()
    assert run.sizes == [2]
