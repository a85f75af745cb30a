"""What the variants with networks of their own do: they train, save and load, in mixed_float16.

In float32 and in a graph they train in tests/configs, which exports and serves them too.
"""

import copy

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_infogan import Categorical, LatentSpec, Uniform
from keras_infogan.latents import GivenImage, GivenText
from keras_infogan.layers import InstanceNoise
from keras_infogan.models.twins import inference_twin
from keras_infogan.models.variants import C2GAN, CycleGAN, LapGAN, StackGAN, StoryGAN, VideoGAN
from keras_infogan.objectives import FeatureMatching
from keras_infogan.regularizers import R1
from keras_infogan.runtime.compat import nested_layers

ROWS = 4
CODES = {"kind": Categorical(3), "style": Uniform(1, weight=0.1)}
WORDS = ["dark", "bright", "row"]
TEXT = GivenText(WORDS, 2, examples=["dark row", "bright row"])
STORY = GivenText(WORDS, 2, sentences=2, examples=[["dark row", "bright row"]])
STORIES = [["dark row", "bright row"], ["bright", "dark row"]] * (ROWS // 2)


def pictures(*shape):
    return np.random.default_rng(0).integers(0, 256, [ROWS, *shape], dtype=np.uint8)


# Architecture, shape of the images, what is given, and its values.
CASES = {
    LapGAN: ("dcgan", (16, 16, 1), {}, None),
    VideoGAN: ("two_stream_video", (8, 8, 8, 1), {}, None),
    StackGAN: ("dcgan", (32, 32, 1), {"text": TEXT}, ["dark row", "bright"] * (ROWS // 2)),
    StoryGAN: ("dcgan", (2, 8, 8, 1), {"text": STORY}, STORIES),
    CycleGAN: ("dcgan", (8, 8, 3), {"source": GivenImage((8, 8, 1), 4)}, pictures(8, 8, 1)),
    C2GAN: ("dcgan", (8, 8, 3), {"source": GivenImage((8, 8, 7), 4)}, pictures(8, 8, 7)),
}
NOTHING = {}
KINDS = sorted(CASES, key=lambda kind: kind.__name__)


def make(kind, networks=NOTHING, **arguments):
    architecture, shape, given, _ = CASES[kind]
    return kind.from_architecture(
        architecture,
        LatentSpec(16, CODES, given=copy.deepcopy(given)),  # a model has its own
        shape,
        networks={"width_multiplier": 0.05, **networks},
        **arguments,
    )


def unit_inputs(kind, model):
    """Images and what is given with them, as a step gets them."""
    images = tf.cast(pictures(*CASES[kind][1]), tf.float32) / 255.0
    if not model.takes_given:
        return images, {}
    stored = tf.constant(model.given.stored(CASES[kind][3]))
    return images, {model.given_name: model.given.of_stored(stored)}


@pytest.mark.parametrize("kind", KINDS)
def test_trains_saves_and_loads(kind, tmp_path):
    model = make(kind, dtype="mixed_float16")
    model.compile(run_eagerly=True)
    images, given = pictures(*CASES[kind][1]), CASES[kind][3]
    history = model.fit(images, given, batch_size=2, verbose=0).history
    assert all(np.isfinite(value).all() for value in history.values())
    assert model.evaluate(images, given, verbose=0, return_dict=True).keys() == history.keys()
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert type(loaded) is kind
    np.testing.assert_array_equal(loaded.sample(2), model.sample(2))
    again = loaded.train_on_batch(images, given, return_dict=True)
    assert again == model.train_on_batch(images, given, return_dict=True)


@pytest.mark.parametrize("kind", KINDS)
def test_each_side_trains_all_of_its_networks_and_no_other(kind):
    model = make(kind)
    generator = {id(variable) for variable in model.generator_variables()}
    discriminator = {id(variable) for variable in model.discriminator_variables()}
    assert not generator & discriminator
    assert len(generator) + len(discriminator) == len(model.trainable_variables)
    images, given = unit_inputs(kind, model)
    with tf.GradientTape(persistent=True) as tape:
        losses = model.compute_losses(images, tf.constant([0, 0]), given=given).named()
    for loss, variables in (
        ("generator_loss", model.generator_variables()),
        ("discriminator_loss", model.discriminator_variables()),
    ):
        gradients = tape.gradient(losses[loss], [variable.value for variable in variables])
        assert [v.path for v, g in zip(variables, gradients, strict=True) if g is None] == []


SEVERAL = [kind for kind in KINDS if kind.further_discriminators]


@pytest.mark.parametrize("kind", SEVERAL)
def test_real_images_move_the_statistics_of_all_discriminators(kind):
    model = make(kind, networks={"instance_noise": 0.1, "instance_noise_steps": 100})
    real, given = unit_inputs(kind, model)
    model.compute_losses(real, tf.constant([0, 0]), given=given)
    for name in (*kind.further_discriminators, "trunk"):
        noises = [
            layer
            for layer in nested_layers(getattr(model, name))
            if isinstance(layer, InstanceNoise)
        ]
        assert {int(noise.step) for noise in noises} == {1}


@pytest.mark.parametrize("kind", SEVERAL)
def test_terms_of_one_discriminator_are_refused(kind):
    with pytest.raises(ValueError, match="R1 needs a model with one discriminator"):
        make(kind, regularizers=[R1()])
    with pytest.raises(ValueError, match="FeatureMatching reads the features of one"):
        make(kind, objective=FeatureMatching())


@pytest.mark.parametrize("kind", [CycleGAN, C2GAN])
def test_a_copy_for_use_draws_from_the_same_images(kind):
    model = make(kind)
    model.keep_given(CASES[kind][3])
    np.testing.assert_array_equal(inference_twin(model).sample(2), model.sample(2))
    sources = [each.latents.sample(2, (0, 1))["source"] for each in (model, inference_twin(model))]
    assert np.any(sources[0].numpy() != 0.0)
    np.testing.assert_array_equal(*sources)
