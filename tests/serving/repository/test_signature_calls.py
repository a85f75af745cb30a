import numpy as np
import pytest

from keras_infogan.serving.protocol.errors import StatusError, invalid_argument
from keras_infogan.serving.repository import signature_calls as runs
from keras_infogan.serving.repository.signature_calls import SignatureRun


class Runner:
    """Doubles x; refuses negative ones."""

    def run(self, signature, inputs, output_names, timeout=None):
        if inputs["x"] < 0:
            raise invalid_argument("negative")
        self.timeout = timeout
        return {output_names[0]: 2 * inputs["x"]}


def make_call(runner, x, ended):
    try:
        outputs = yield SignatureRun(runner, None, {"x": np.float32(x)}, ["y"])
        return float(outputs["y"])
    finally:
        ended.append(x)


def test_a_call_gets_its_outputs_and_ends():
    runner, ended = Runner(), []
    assert runs.finish(make_call(runner, 3, ended), timeout=5.0) == 6
    assert ended == [3]
    assert runner.timeout == 5.0


def test_a_run_that_fails_ends_the_call():
    ended = []
    with pytest.raises(StatusError, match="negative"):
        runs.finish(make_call(Runner(), -3, ended))
    assert ended == [-3]


def test_what_a_call_raises_itself_is_raised():
    def refusing():
        raise invalid_argument("refused")
        yield

    with pytest.raises(StatusError, match="refused"):
        runs.finish(refusing())
