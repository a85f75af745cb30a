import importlib.util

import keras
import numpy as np
import onnxruntime
import pytest
import tensorflow as tf

from keras_infogan import (
    Bernoulli,
    Categorical,
    Circular,
    Gaussian,
    LatentSpec,
    LearnedCategorical,
    Uniform,
    export_litert,
    export_onnx,
    export_savedmodel,
)
from keras_infogan.portable import output_names

CLOSE = {"rtol": 0.0, "atol": 1e-4}
# TensorFlow says that its own interpreter will move.
pytestmark = pytest.mark.filterwarnings(r"ignore:\s+Warning. tf.lite.Interpreter is deprecated")
# Noise and codes; made anew for each model, since a learned prior belongs to one.
SPECS = {
    "of the paper": lambda: (4, {"kind": Categorical(3), "style": Uniform(2)}),
    "all others": lambda: (
        2,
        {
            "group": LearnedCategorical(3),
            "coins": Bernoulli(2),
            "size": Gaussian(1),
        },
    ),
    "no noise": lambda: (0, {"kind": Categorical(3)}),
    "no codes": lambda: (4, {}),
}


def run_onnx(path, inputs):
    session = onnxruntime.InferenceSession(str(path))
    assert {each.name for each in session.get_inputs()} == set(inputs)
    return session.run(None, inputs)


def run_litert(path, inputs):
    runner = tf.lite.Interpreter(str(path)).get_signature_runner()
    answer = runner(**inputs)
    return [answer[f"output_{index}"] for index in range(len(answer))]


RUNTIMES = {"onnx": (export_onnx, run_onnx), "litert": (export_litert, run_litert)}


@pytest.mark.parametrize("runtime", RUNTIMES)
@pytest.mark.parametrize("name", SPECS)
def test_the_answers_are_those_of_the_savedmodel(make_model, images, tmp_path, name, runtime):
    model = make_model(LatentSpec(*SPECS[name]()), generator_average=0.5, discriminator_average=0.5)
    model.averaged_generator.weights[0].assign(0.9 * model.averaged_generator.weights[0])
    export, run = RUNTIMES[runtime]
    files = {path.stem: path for path in export(model, tmp_path / "portable")}
    names = output_names(model)
    assert set(files) == set(names) == {"generate", *(["recognize"] if model.latents.codes else [])}

    latents = {name: np.asarray(each) for name, each in model.latents.sample(5, [1, 2]).items()}
    (made,) = run(files["generate"], latents)
    np.testing.assert_allclose(made, model.generate(latents), **CLOSE)
    assert np.ptp(made) > 0.01
    if not model.latents.codes:
        return
    signatures = tf.saved_model.load(str(export_savedmodel(model, tmp_path / "served"))).signatures
    unit = (images / np.float32(255.0)).astype(np.float32)
    served = signatures["recognize"](image=tf.constant(unit))
    answers = dict(zip(names["recognize"], run(files["recognize"], {"image": unit}), strict=True))
    assert answers.keys() == served.keys()
    for key, value in served.items():
        assert answers[key].dtype == value.numpy().dtype
        np.testing.assert_allclose(answers[key], value, err_msg=key, **CLOSE)


def test_a_circular_code_cannot_be_recognized(make_model, tmp_path):
    model = make_model(LatentSpec(2, {"angle": Circular(1)}))
    with pytest.warns(UserWarning, match="^The export has no `recognize`, since it needs Bessel"):
        (path,) = export_onnx(model, tmp_path)
    latents = {name: np.asarray(each) for name, each in model.latents.sample(5, [1, 2]).items()}
    np.testing.assert_allclose(run_onnx(path, latents)[0], model.generate(latents), **CLOSE)
    assert output_names(model) == {"generate": ["image"]}


def test_what_is_no_infogan(tmp_path):
    for export in (export_onnx, export_litert):
        with pytest.raises(TypeError, match="should be an InfoGAN. Received: Sequential"):
            export(keras.Sequential(), tmp_path)


def test_a_directory_that_cannot_be_made(model, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="cannot be written"):
        export_litert(model, tmp_path / "file" / "out")


def test_the_missing_extra_is_named(model, tmp_path, monkeypatch):
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "tf2onnx" else find_spec(name)
    )
    with pytest.raises(ImportError, match=r"pip install 'keras-infogan\[onnx\]'"):
        export_onnx(model, tmp_path)


@pytest.mark.parametrize("kind", RUNTIMES)
def test_the_command(run_command, model, tmp_path, kind):
    model.save_to_preset(tmp_path / "preset")
    out = tmp_path / "out"
    status, said, err = run_command(
        "export", f"--preset={tmp_path / 'preset'}", f"--format={kind}", f"--out={out}"
    )
    assert status == 0, err
    assert [line.rpartition("/")[2].partition(".")[0] for line in said.splitlines()] == [
        "generate",
        "recognize",
    ]
