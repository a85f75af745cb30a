import json
import shutil
from functools import partial

import h5py
import keras
import numpy as np
import pytest

import keras_infogan as infogan
from keras_infogan import Categorical, InfoGAN, LatentSpec, LearnedCategorical, Uniform
from keras_infogan.models.twins import inference_twin
from keras_infogan.models.variants import BiGAN, ConditionalInfoGAN, ContrastiveInfoGAN
from keras_infogan.regularizers import R1, CodeConsistency


def assert_alike(one, other, images, tolerance=0.0):
    np.testing.assert_allclose(one.sample(5, seed=1), other.sample(5, seed=1), atol=tolerance)
    posteriors = (model.recognize(images) for model in (one, other))
    for first, second in zip(*(each.values() for each in posteriors), strict=True):
        np.testing.assert_allclose(first.mean_or_probs, second.mean_or_probs, atol=tolerance)


@pytest.fixture(autouse=True)
def read_posteriors(monkeypatch):
    """A number per value of a category, or the mean of another code."""
    from tensorflow_probability import distributions as tfd

    def read(self):
        return self.probs if isinstance(self, tfd.Categorical) else self.mean()

    monkeypatch.setattr(tfd.Distribution, "mean_or_probs", property(read), raising=False)


def trained(make_model, images, **arguments):
    model = make_model(**arguments)
    model.compile()
    model.fit(images, batch_size=16, epochs=2, verbose=0)
    return model


@pytest.mark.parametrize("dtype", ["float32", "mixed_bfloat16"])
def test_a_preset_does_what_the_model_does(make_model, images, tmp_path, dtype):
    model = trained(
        make_model,
        images,
        dtype=dtype,
        generator_average=0.5,
        discriminator_average=0.5,
        regularizers=[
            R1(1.0),
            CodeConsistency(keras.layers.RandomRotation(0.1), classifiers=2, ensemble_steps=1),
        ],
    )
    assert not np.allclose(model.generator.get_weights()[0], model.sampling_generator.weights[0])
    assert_alike(model, inference_twin(model), images, 0.0 if dtype == "float32" else 0.02)
    model.save_to_preset(tmp_path / "preset")
    loaded = InfoGAN.from_preset(tmp_path / "preset")
    assert_alike(model, loaded, images, 0.02)  # float16 has 11 bits
    assert loaded.count_params() < 0.5 * model.count_params()
    assert loaded.regularizers == []
    assert loaded.steps_done == model.steps_done == 4
    assert {layer.dtype_policy.name for layer in loaded.generator.layers} == {"float32"}


def test_matrices_are_float16_and_the_rest_is_not(model, tmp_path):
    model.save_to_preset(tmp_path)
    kinds = set()
    with h5py.File(tmp_path / "model.weights.h5") as file:
        file.visititems(
            lambda name, item: (
                kinds.add((item.ndim > 1, item.dtype.name))
                if isinstance(item, h5py.Dataset) and item.dtype.kind == "f"
                else None
            )
        )
    assert kinds == {(True, "float16"), (False, "float32")}
    metadata = json.loads((tmp_path / "metadata.json").read_text())
    assert metadata["parameter_count"] == inference_twin(model).count_params()
    assert metadata["keras_version"] == keras.__version__


def test_keras_reads_it_too(model, tmp_path):
    model.save_to_preset(tmp_path)
    loaded = keras.saving.load_model(tmp_path)
    np.testing.assert_allclose(loaded.sample(3), model.sample(3), atol=0.02)


def test_it_can_be_trained_further(model, images, tmp_path):
    model.save_to_preset(tmp_path)
    loaded = InfoGAN.from_preset(tmp_path)
    loaded.compile()
    loaded.fit(images, batch_size=16, verbose=0)
    assert loaded.steps_done == 2


def test_a_keras_file_is_a_preset(model, tmp_path):
    model.save(tmp_path / "m.keras")
    np.testing.assert_array_equal(
        InfoGAN.from_preset(tmp_path / "m.keras").sample(2), model.sample(2)
    )


def test_a_learned_prior_is_kept(make_model, tmp_path):
    model = make_model(LatentSpec(2, {"kind": LearnedCategorical(3), "style": Uniform(2)}))
    model.prior_logits[0].assign([0.0, 1.0, 2.0])
    model.save_to_preset(tmp_path)
    loaded = InfoGAN.from_preset(tmp_path)
    np.testing.assert_array_equal(loaded.latents.codes["kind"].logits, [0.0, 1.0, 2.0])


@pytest.mark.parametrize(
    ("kind", "takes_labels"),
    [
        (BiGAN, False),
        (partial(ConditionalInfoGAN, label="kind"), True),
        (ContrastiveInfoGAN, False),
    ],
)
def test_variants(make_networks, images, tmp_path, monkeypatch, kind, takes_labels):
    monkeypatch.setitem(infogan.networks.ARCHITECTURES, "tiny", make_networks)
    latents = LatentSpec(4, {"kind": Categorical(3), "style": Uniform(2)})
    cls, arguments = getattr(kind, "func", kind), getattr(kind, "keywords", {})
    model = cls.from_architecture("tiny", latents, (8, 8, 1), generator_average=0.5, **arguments)
    model.compile()
    model.fit(images, np.arange(32) % 3 if takes_labels else None, batch_size=16, verbose=0)
    model.save_to_preset(tmp_path)
    loaded = InfoGAN.from_preset(tmp_path)
    assert type(loaded) is cls
    assert_alike(model, loaded, images, 0.02)
    if cls is not ContrastiveInfoGAN:
        with pytest.raises(ValueError, match="of the class ContrastiveInfoGAN. Received"):
            ContrastiveInfoGAN.from_preset(tmp_path)


def damage(path, name, make_other):
    if name == "no weights":
        (path / "model.weights.h5").unlink()
    elif name == "half of the weights":
        file = path / "model.weights.h5"
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    elif name == "weights of no HDF5":
        (path / "model.weights.h5").write_text("weights")
    elif name == "weights of another model":
        latents = LatentSpec(9, {"kind": Categorical(5)})
        keras.saving.save_model(make_other(latents), path.parent / "other", zipped=False)
        shutil.copyfile(path.parent / "other" / "model.weights.h5", path / "model.weights.h5")
    elif name == "a config of no JSON":
        (path / "config.json").write_text("{")
    elif name == "another model":
        other = keras.Sequential([keras.layers.Input([2]), keras.layers.Dense(1)])
        shutil.rmtree(path)
        keras.saving.save_model(other, path, zipped=False)
    elif name == "a class from the future":
        config = (path / "config.json").read_text()
        (path / "config.json").write_text(config.replace("NonSaturating", "Unheard"))
        metadata = json.loads((path / "metadata.json").read_text())
        (path / "metadata.json").write_text(json.dumps({**metadata, "keras_version": "99.1"}))


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("no weights", "^A preset should hold config.json and model.weights.h5. .* without model"),
        ("half of the weights", "is damaged or was not saved by keras_infogan: "),
        ("weights of no HDF5", "is damaged or was not saved by keras_infogan: "),
        ("weights of another model", "is damaged or was not saved by keras_infogan: "),
        ("a config of no JSON", "is damaged or was not saved by keras_infogan: "),
        (
            "another model",
            "^The preset should hold a model of the class InfoGAN. Received: .* of Sequential",
        ),
        ("a class from the future", "was saved by Keras 99.1, and this is Keras 3"),
    ],
)
def test_what_is_no_preset_gets_one_sentence(make_model, model, tmp_path, name, message):
    path = tmp_path / "preset"
    model.save_to_preset(path)
    damage(path, name, make_model)
    with pytest.raises(ValueError, match=message) as caught:
        InfoGAN.from_preset(path)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 500


def test_it_may_be_written_again(make_model, tmp_path):
    for seed in (0, 1):
        model = make_model(seed=seed)
        model.save_to_preset(tmp_path)
        np.testing.assert_allclose(
            InfoGAN.from_preset(tmp_path).sample(2), model.sample(2), atol=0.02
        )
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"config.json", "metadata.json", "model.weights.h5"}


def test_values_beyond_float16_stay_float32(model, tmp_path):
    model.generator.weights[0].assign(1e5 * model.generator.weights[0] + 1e5)
    model.save_to_preset(tmp_path)
    loaded = InfoGAN.from_preset(tmp_path)
    np.testing.assert_array_equal(loaded.generator.weights[0], model.generator.weights[0])


def test_a_directory_that_cannot_be_made(model, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="cannot be written"):
        model.save_to_preset(tmp_path / "file" / "preset")
