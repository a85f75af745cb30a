import numpy as np
import pytest
import tensorflow as tf

from keras_infogan import Categorical, LatentSpec, Uniform
from keras_infogan.information import DetachedBound
from keras_infogan.models.variants import BiGAN
from keras_infogan.regularizers import R1

LATENTS = LatentSpec(3, {"kind": Categorical(2), "style": Uniform(2, weight=0.1)})


def make(latents=LATENTS):
    return BiGAN.from_architecture("tiny", latents, (8, 8, 1))


def test_the_generators_side_minimizes_the_exchanged_loss(images):
    model = make()
    images = tf.cast(images, tf.float32) / 255.0
    losses = model.compute_losses(images, tf.constant([0, 1])).named()
    information = losses["information/kind"] + 0.1 * losses["information/style"]
    latents = LATENTS.sample(32, tf.constant([0, 1]))
    encoded = LATENTS.concatenate(latents)
    fake = model._pair(model.generator(encoded, training=True), encoded, True)
    real = model.discriminate(images, True)
    exchanged = tf.reduce_mean(tf.nn.softplus(real.logits)) + tf.reduce_mean(
        tf.nn.softplus(-fake.logits)
    )
    np.testing.assert_allclose(losses["generator_loss"], exchanged - information, rtol=1e-4)


def test_the_encoder_is_on_the_generators_side():
    model = make()
    generator = {id(variable) for variable in model.generator_variables()}
    for network in (model.encoder, model.noise_head, model.information):
        assert {id(variable) for variable in network.trainable_variables} <= generator


def test_refuses_no_noise():
    with pytest.raises(ValueError, match="BiGAN should have noise.* Received: noise=0"):
        make(LatentSpec(0, {"kind": Categorical(2)}))


def test_refuses_terms_that_would_train_nothing_or_too_much():
    with pytest.raises(ValueError, match="have a VariationalBound.* Received: DetachedBound"):
        BiGAN.from_architecture("tiny", LATENTS, (8, 8, 1), information=DetachedBound)
    with pytest.raises(ValueError, match="R1 needs a model with one discriminator"):
        BiGAN.from_architecture("tiny", LATENTS, (8, 8, 1), regularizers=[R1()])


def test_its_encoder_is_not_averaged():
    with pytest.raises(ValueError, match="BiGAN reads images with networks of its own"):
        BiGAN.from_architecture("tiny", LATENTS, (8, 8, 1), discriminator_average=0.9)


def test_it_encodes_images_as_rows_of_the_generators_input(images):
    model = make()
    encoded = model.encode(images).numpy()
    assert encoded.shape == (32, LATENTS.width)
    assert np.abs(encoded[:, :3]).max() <= 1.0  # the noise
    np.testing.assert_allclose(encoded[:, 3:5].sum(axis=1), 1.0, rtol=1e-5)  # probabilities
    np.testing.assert_allclose(
        encoded[:, 3:5], model.recognize(images)["kind"].probs, rtol=1e-4, atol=1e-6
    )
