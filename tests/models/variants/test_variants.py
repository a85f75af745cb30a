"""What every variant does: trains, saves, loads, samples, exports.

In mixed_float16, whose loss is scaled; float32 is in tests/configs.
"""

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_infogan import Categorical, Gaussian, LatentSpec, Uniform, export_savedmodel
from keras_infogan.models.variants import (
    BiGAN,
    ContrastiveInfoGAN,
    SeparateInfoGAN,
    VAEWithInformation,
)

GAN_LATENTS = LatentSpec(4, {"kind": Categorical(3), "style": Uniform(2, weight=0.1)})
LATENTS = {
    BiGAN: GAN_LATENTS,
    ContrastiveInfoGAN: GAN_LATENTS,
    VAEWithInformation: LatentSpec(0, {"kind": Categorical(3), "style": Gaussian(4)}),
    SeparateInfoGAN: LatentSpec(4, {"kind": Categorical(3), "style": Uniform(2, stddev=1.0)}),
}
KINDS = sorted(LATENTS, key=lambda kind: kind.__name__)


def make(kind, **arguments):
    return kind.from_architecture("tiny", LATENTS[kind], (8, 8, 1), **arguments)


def weights(model):
    return [variable.numpy() for variable in model.weights]


@pytest.mark.parametrize("kind", KINDS)
def test_trains_saves_loads_and_exports(kind, images, tmp_path):
    model = make(kind, dtype="mixed_float16")
    model.compile()
    history = model.fit(images, batch_size=16, epochs=2, verbose=0).history
    assert all(np.isfinite(value).all() for value in history.values())
    assert model.evaluate(images, verbose=0, return_dict=True).keys() == history.keys()
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert type(loaded) is kind
    np.testing.assert_array_equal(loaded.sample(3), model.sample(3))
    np.testing.assert_array_equal(
        loaded.recognize(images)["kind"].probs, model.recognize(images)["kind"].probs
    )
    for each in (model, loaded):
        each.train_on_batch(images[:16])
    for one, other in zip(weights(model), weights(loaded), strict=True):
        np.testing.assert_array_equal(one, other)
    path = export_savedmodel(model, tmp_path / "export")
    served = tf.saved_model.load(str(path)).signatures["recognize"]
    probabilities = served(image=tf.cast(images, tf.float32) / 255.0)["kind_probabilities"]
    assert probabilities.shape == (32, 3)


@pytest.mark.parametrize("kind", KINDS)
def test_each_side_has_variables_of_its_own(kind, images):
    model = make(kind)
    generator = {id(variable) for variable in model.generator_variables()}
    discriminator = {id(variable) for variable in model.discriminator_variables()}
    assert not generator & discriminator
    images = tf.cast(images, tf.float32) / 255.0
    with tf.GradientTape(persistent=True) as tape:
        losses = model.compute_losses(images, tf.constant([0, 0])).named()
    for loss, variables in (
        ("generator_loss", model.generator_variables()),
        ("discriminator_loss", model.discriminator_variables()),
    ):
        gradients = tape.gradient(losses[loss], [variable.value for variable in variables])
        missing = [v.path for v, g in zip(variables, gradients, strict=True) if g is None]
        # The adversarial losses of separate updates leave Q to the second one.
        assert missing == [] or (kind is SeparateInfoGAN and "generator" not in loss)
