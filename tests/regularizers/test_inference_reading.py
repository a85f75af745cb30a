import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_infogan import Categorical, InfoGAN, LatentSpec, Uniform
from keras_infogan.layers import frozen_statistics
from keras_infogan.models.variants import SeparateInfoGAN
from keras_infogan.regularizers import InferenceReading
from keras_infogan.schedules import Ramp

LATENTS = LatentSpec(2, {"kind": Categorical(3), "style": Uniform(2, weight=0.5)})


def test_the_penalty_is_the_bound_of_inference(make_model):
    model = make_model(LATENTS, regularizers=[InferenceReading(3.0)])
    for variable in model.trunk.non_trainable_variables:  # averages that are no batch's
        variable.assign(variable + 0.5)
    images = tf.random.stateless_uniform([16, 8, 8, 1], (0, 0))
    seed = tf.constant([1, 2])
    losses = model.compute_losses(images, seed).named()
    latents, encoded = model.draw(16, seed)
    bounds = model.information.bounds(
        latents, model.discriminate(model.generator(encoded, training=True)).parameters
    )
    expected = -3.0 * (float(bounds["kind"]) + 0.5 * float(bounds["style"]))
    assert float(losses["inference_reading"]) == pytest.approx(expected, abs=1e-5)


def test_only_the_head_learns(make_model):
    model = make_model(LATENTS, regularizers=[InferenceReading()])
    images = tf.random.stateless_uniform([16, 8, 8, 1], (0, 0))
    with tf.GradientTape() as tape:
        penalty = model.compute_losses(images, tf.constant([1, 2])).named()["inference_reading"]
    learners = model.information.trainable_variables
    others = model.trunk.trainable_variables + model.generator.trainable_variables
    gradients = tape.gradient(penalty, learners + others)
    assert all(gradient is not None for gradient in gradients[: len(learners)])
    assert all(gradient is None for gradient in gradients[len(learners) :])


def test_it_follows_the_schedule_of_the_information(make_model):
    model = make_model(LATENTS, ramps=(Ramp(), Ramp(10)), regularizers=[InferenceReading()])
    images = tf.random.stateless_uniform([16, 8, 8, 1], (0, 0))
    assert float(model.compute_losses(images, (1, 2)).named()["inference_reading"]) == 0.0
    model.step.assign(10)
    assert float(model.compute_losses(images, (1, 2)).named()["inference_reading"]) != 0.0


def test_it_refuses(make_model):
    with pytest.raises(ValueError, match="needs codes that Q reads. Received: none"):
        make_model(LatentSpec(4, {}), regularizers=[InferenceReading()])
    reading = InferenceReading()
    make_model(LATENTS, regularizers=[reading])
    with pytest.raises(ValueError, match="make a new one for each model"):
        make_model(LATENTS, regularizers=[reading])
    with pytest.raises(ValueError, match="InferenceReading needs a model whose"):
        SeparateInfoGAN.from_architecture("mnist", LATENTS, regularizers=[InferenceReading()])


def test_config_round_trips():
    original = InferenceReading(0.5)
    restored = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(original))
    assert restored.get_config() == original.get_config() == {"weight": 0.5}


def test_reading_in_inference_keeps_up_with_training():
    """Without the term `category` has .65 nats in training here and .29 in inference."""
    latents = LatentSpec(8, {"category": Categorical(4), "style": Uniform(2, weight=0.5)})
    model = InfoGAN.from_architecture(
        "dcgan",
        latents,
        (16, 16, 3),
        networks={"width_multiplier": 0.25},
        regularizers=[InferenceReading()],
    )
    model.compile(*(keras.optimizers.Adam(rate, 0.5) for rate in (1e-3, 2e-4)))
    model.fit(rectangles(1000), batch_size=32, epochs=4, verbose=0)
    drawn = latents.sample(512, (1, 2))
    images = model.generate(drawn)
    with frozen_statistics(*model.discriminator_networks()):
        in_training, in_inference = (
            output.parameters
            for output in (
                model.discriminate(images, training=True),
                model.discriminate(images),
            )
        )
    bounds = [model.information.bounds(drawn, each) for each in (in_training, in_inference)]
    assert float(bounds[0]["category"]) > 0.5
    for name in latents.codes:
        assert float(bounds[1][name]) > float(bounds[0][name]) - 0.1


def rectangles(count):
    """Rectangles in one color each, on white, uint8 [count, 16, 16, 3]."""
    random = np.random.default_rng(0)
    images = np.full([count, 16, 16, 3], 255, np.uint8)
    for image in images:
        height, width = random.integers(4, 12, 2)
        top, left = random.integers(0, 17 - height), random.integers(0, 17 - width)
        image[top : top + height, left : left + width] = random.integers(0, 200, 3)
    return images
