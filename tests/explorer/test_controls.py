import numpy as np
import pytest

from keras_infogan import Bernoulli, Categorical, Gaussian, LatentSpec, Uniform
from keras_infogan.explorer import Control
from keras_infogan.explorer.controls import codes_of, find_controls
from keras_infogan.export import signature_functions
from keras_infogan.serving import Client


def test_controls_of_a_served_model(server, controls):
    with Client(server, "legible") as client:
        assert find_controls(client) == controls


class InProcess:
    """The answers of a model's signatures, without a server."""

    def __init__(self, model):
        self._functions = signature_functions(model)

    def signatures(self):
        class Signature:
            def __init__(self, inputs):
                self.inputs = inputs

        return {name: Signature(inputs) for name, (_, inputs) in self._functions.items()}

    def predict(self, name, inputs, output_filter=()):
        answer = self._functions[name][0](**inputs)
        return {key: answer[key].numpy() for key in output_filter or answer}

    def sample(self, seed):
        return self.predict("sample", {"seed": np.array([seed])})

    def recognize(self, images):
        return self.predict("recognize", {"image": images})


def test_every_kind_of_code_is_told_apart(make_model):
    codes = {"a": Gaussian(2), "b": Bernoulli(3), "c": Categorical(4), "d": Uniform(1)}
    client = InProcess(make_model(LatentSpec(noise=4, codes=codes)))
    assert find_controls(client) == (
        Control("a", "continuous", 2, -2.0, 2.0),
        Control("b", "binary", 3),
        Control("c", "categorical", 4),
        Control("d", "continuous", 1, -1.0, 1.0),
    )


def test_a_model_without_codes_has_no_controls(make_model):
    assert find_controls(InProcess(make_model(LatentSpec(noise=4)))) == ()


def test_another_model_is_refused():
    class Other:
        def signatures(self):
            return {"serving_default": None, "generate": None}

    with pytest.raises(ValueError, match="infogan-export.*Received: generate, serving_default"):
        find_controls(Other())


def test_fields_become_codes(controls):
    codes = codes_of(controls, [1.0, 2, 0.25, -1])
    assert codes == {"coin": (1.0,), "kind": 2, "style": (0.25, -1.0)}
    assert isinstance(codes["kind"], int)
    assert [control.fields for control in controls] == [1, 1, 2]
    assert [control.middle for control in controls] == [0.0, 0.5, 0.0]
