import contextlib
import shutil

import grpc
import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_infogan.serving.protocol.errors import StatusError
from keras_infogan.serving.repository import servable
from keras_infogan.serving.repository.servable import Servable


@pytest.fixture(scope="module")
def tiny(saved_model):
    with contextlib.closing(Servable(saved_model)) as loaded:
        yield loaded


def test_it_runs_a_signature_and_only_the_outputs_asked_for(tiny):
    image = np.ones([2, 4, 4, 1], np.float32)
    outputs = tiny.run(tiny.signatures["discriminate"], {"image": image}, ["logit"])
    assert list(outputs) == ["logit"]
    np.testing.assert_allclose(outputs["logit"], [1.0, 1.0])


def test_the_first_argument_of_another_dtype_is_named_by_its_position(tiny):
    inputs = {
        "seed": np.int64([0]),
        "digit": np.int32([0]),
        "style": np.zeros([1, 2]),
    }
    # In the order of the tensors' names: generate_digit, generate_seed, generate_style.
    with pytest.raises(StatusError, match=r"^Expects arg\[0\] to be int64 but int32 is provided$"):
        tiny.run(tiny.signatures["generate"], inputs, ["image"])
    inputs["digit"] = np.int64([0])
    with pytest.raises(StatusError, match=r"^Expects arg\[2\] to be float but double is provided$"):
        tiny.run(tiny.signatures["generate"], inputs, ["image"])


def test_an_operation_error_is_tensorflow_s_own(tiny):
    with pytest.raises(StatusError, match="^Index out of range using input dim 1;") as error:
        tiny.run(tiny.signatures["recognize"], {"image": np.zeros([2], np.float32)}, ["digit"])
    assert error.value.code == grpc.StatusCode.INVALID_ARGUMENT


def test_scalars_and_strings_pass(tmp_path):
    class Repeat(tf.Module):
        @tf.function(
            input_signature=[
                tf.TensorSpec([], tf.string, name="text"),
                tf.TensorSpec([], tf.int32, name="count"),
            ]
        )
        def __call__(self, text, count):
            return {"texts": tf.fill([count], text), "text": text + "\0", "half": count / 2}

    module = Repeat()
    tf.saved_model.save(module, str(tmp_path), signatures=module.__call__)
    with contextlib.closing(Servable(tmp_path)) as loaded:
        signature = loaded.signatures["serving_default"]
        inputs = {"text": np.array(b"\xffa\0", object), "count": np.int32(3)}
        outputs = loaded.run(signature, inputs, ["texts", "text", "half"])
    assert outputs["texts"].tolist() == [b"\xffa\0"] * 3
    assert outputs["text"].item() == b"\xffa\0\0"
    assert outputs["half"].item() == 1.5
    assert outputs["half"].shape == ()


def test_loading_nothing_says_so(tmp_path):
    with pytest.raises(StatusError, match="failed to load: .*SavedModel"):
        Servable(tmp_path)


@pytest.mark.parametrize("file", ["saved_model.pb", "variables/variables.data-00000-of-00001"])
def test_a_truncated_model_fails_to_load(saved_model, tmp_path, file):
    path = tmp_path / "model"
    shutil.copytree(saved_model, path)
    (path / file).write_bytes((path / file).read_bytes()[:-5])
    with pytest.raises(StatusError):
        Servable(path)


def test_a_saved_model_is_told_from_a_base_path(saved_model):
    assert servable.is_saved_model(saved_model)
    assert not servable.is_saved_model(saved_model.parent)


def test_loading_gives_no_advice_to_operators(saved_model, caplog):
    with contextlib.closing(Servable(saved_model)):
        assert "deprecated" not in caplog.text


def test_a_model_that_keras_exported(tmp_path):
    model = keras.Sequential([keras.layers.Input([2]), keras.layers.Dense(1, use_bias=False)])
    model.layers[0].set_weights([np.float32([[2.0], [3.0]])])
    model.export(tmp_path, verbose=False)
    with contextlib.closing(Servable(tmp_path)) as loaded:
        signature = loaded.signatures["serving_default"]
        (name,) = signature.inputs
        (output,) = signature.outputs
        answer = loaded.run(signature, {name: np.float32([[1.0, 1.0]])}, [output])
    assert answer[output].tolist() == [[5.0]]


def test_outputs_are_made_once_whatever_their_order(tiny):
    signature, inputs = tiny.signatures["sample"], {"seed": np.int64([3])}
    before = len(tiny._callables)
    one = tiny.run(signature, inputs, ["digit", "style"])
    other = tiny.run(signature, inputs, ["style", "digit"])
    assert (list(one), list(other)) == (["digit", "style"], ["style", "digit"])
    np.testing.assert_array_equal(one["style"], other["style"])
    assert len(tiny._callables) == before + 1


def test_steps_beyond_a_number_are_made_again(tiny, monkeypatch):
    monkeypatch.setattr(servable, "MAXIMUM_STEPS", 2)
    for outputs in (["logit"], ["probability_real"], ["logit", "probability_real"], ["logit"]):
        image = np.ones([1, 4, 4, 1], np.float32)
        assert list(tiny.run(tiny.signatures["discriminate"], {"image": image}, outputs)) == outputs
    assert len(tiny._callables) <= 2 + 8  # what other tests left behind goes bit by bit


def test_an_error_that_quotes_bytes_is_still_the_operation_s(tmp_path):
    class Number(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec([], tf.string, name="text")])
        def __call__(self, text):
            return {"number": tf.strings.to_number(text)}

    module = Number()
    tf.saved_model.save(module, str(tmp_path), signatures=module.__call__)
    with contextlib.closing(Servable(tmp_path)) as loaded:
        with pytest.raises(StatusError, match="could not correctly convert string") as caught:
            loaded.run(
                loaded.signatures["serving_default"],
                {"text": np.array(b"\xff\xfe", object)},
                ["number"],
            )
    assert caught.value.code == grpc.StatusCode.INVALID_ARGUMENT
