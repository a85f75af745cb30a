import grpc
import numpy as np
import pytest

from keras_infogan.serving.protocol.errors import StatusError, invalid_argument
from keras_infogan.serving.repository.callers import Caller, current_caller
from keras_infogan.serving.repository.signature_calls import SignatureRun, run_call


class Runner:
    """Doubles x; refuses negative ones."""

    runs = 0

    def run(self, signature, inputs, output_names, timeout=None):
        self.runs += 1
        if inputs["x"] < 0:
            raise invalid_argument("negative")
        self.timeout = timeout
        return {output_names[0]: 2 * inputs["x"]}

    def submit(self, signature, inputs, output_names, timeout, executor):
        return executor.submit(self.run, signature, inputs, output_names, timeout)


def make_call(runner, x, ended):
    try:
        outputs = yield SignatureRun(runner, None, {"x": np.float32(x)}, ["y"])
        return float(outputs["y"])
    finally:
        ended.append(x)


def test_a_call_gets_its_outputs_and_ends():
    runner, ended = Runner(), []
    assert run_call(make_call(runner, 3, ended), timeout=5.0) == 6
    assert ended == [3]
    assert runner.timeout == 5.0


def test_a_run_that_fails_ends_the_call():
    ended = []
    with pytest.raises(StatusError, match="negative"):
        run_call(make_call(Runner(), -3, ended))
    assert ended == [-3]


def test_what_a_call_raises_itself_is_raised():
    def refusing():
        raise invalid_argument("refused")
        yield

    with pytest.raises(StatusError, match="refused"):
        run_call(refusing())


def test_nothing_runs_for_a_caller_who_has_left():
    runner, ended, caller = Runner(), [], Caller()
    token = current_caller.set(caller)
    try:
        caller.leave()
        with pytest.raises(StatusError, match="The caller has left") as caught:
            run_call(make_call(runner, 3, ended))
    finally:
        current_caller.reset(token)
    assert caught.value.code == grpc.StatusCode.CANCELLED
    assert (runner.runs, ended) == (0, [3])
