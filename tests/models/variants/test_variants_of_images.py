"""What the variants with networks of their own do: they train, save and load, in mixed_float16.

In float32 and in a graph they train in tests/configs, which exports and serves them too.
"""

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_infogan import Categorical, LatentSpec, Uniform
from keras_infogan.latents import GivenImage, GivenText
from keras_infogan.models.variants import C2GAN, CycleGAN, LapGAN, StackGAN, StoryGAN, VideoGAN

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
KINDS = sorted(CASES, key=lambda kind: kind.__name__)


def make(kind, **arguments):
    architecture, shape, given, _ = CASES[kind]
    return kind.from_architecture(
        architecture,
        LatentSpec(16, CODES, given=given),
        shape,
        networks={"width_multiplier": 0.05},
        **arguments,
    )


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
    images = tf.cast(pictures(*CASES[kind][1]), tf.float32) / 255.0
    given = {}
    if model.takes_given:
        stored = tf.constant(model.given.stored(CASES[kind][3]))
        given = {model.given_name: model.given.of_stored(stored)}
    with tf.GradientTape(persistent=True) as tape:
        losses = model.compute_losses(images, tf.constant([0, 0]), given=given).named()
    for loss, variables in (
        ("generator_loss", model.generator_variables()),
        ("discriminator_loss", model.discriminator_variables()),
    ):
        gradients = tape.gradient(losses[loss], [variable.value for variable in variables])
        assert [v.path for v, g in zip(variables, gradients, strict=True) if g is None] == []
