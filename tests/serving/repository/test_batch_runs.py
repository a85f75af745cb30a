import numpy as np

from keras_infogan.serving.protocol.errors import invalid_argument
from keras_infogan.serving.repository.batch_requests import BatchRequest
from keras_infogan.serving.repository.batch_runs import run_batch
from keras_infogan.serving.repository.batching_options import BatchingOptions

OPTIONS = BatchingOptions(max_batch_size=8, allowed_batch_sizes=(4, 8))


def outcomes(run, *requests):
    """Runs requests in one batch; returns their outputs y, or their errors."""
    made = [BatchRequest({"x": np.float32(values)}) for values in requests]
    run_batch(run, [part for request in made for part in request.split([request.rows])], OPTIONS)
    assert all(request.future.done() for request in made)
    return [request.future.exception() or request.future.result()["y"].tolist() for request in made]


def test_each_request_gets_its_own_rows_without_the_padding():
    sizes = []

    def run(inputs):
        sizes.append(len(inputs["x"]))
        return {"y": 2 * inputs["x"]}

    assert outcomes(run, [1], [2, 3]) == [[2], [4, 6]]
    assert sizes == [4]


def test_a_bad_request_fails_alone_with_an_error_about_its_own_rows():
    def run(inputs):
        if (inputs["x"] < 0).any():
            raise invalid_argument(f"negative: {inputs['x'].tolist()}")
        return {"y": inputs["x"]}

    first, bad, last = outcomes(run, [1], [-2], [3])
    assert (first, bad.message, last) == ([1], "negative: [-2.0]", [3])


def test_outputs_without_rows_are_computed_for_each_request():
    assert outcomes(lambda inputs: {"y": inputs["x"].sum()}, [1], [2, 3]) == [1, 5]


def test_a_bug_reaches_every_caller():
    errors = outcomes(lambda inputs: 1 / 0, [1], [2])
    assert [type(error) for error in errors] == [ZeroDivisionError] * 2
