import math

import pytest
import tensorflow as tf

from keras_infogan import Categorical, Gaussian, LatentSpec, Uniform
from keras_infogan.models.variants import VAEWithInformation
from keras_infogan.networks.outputs import DiscriminatorOutput
from keras_infogan.regularizers.context import PenaltyContext

LATENTS = LatentSpec(0, {"kind": Categorical(2), "style": Gaussian(1)})


def make(latents=LATENTS, **arguments):
    return VAEWithInformation.from_architecture("tiny", latents, (8, 8, 1), **arguments)


def context(model, parameters, images):
    real = DiscriminatorOutput(None, None, parameters)
    return PenaltyContext(images, images, real, real, None, model.latents, tf.constant([0, 1]))


def test_divergence_by_hand():
    model = make()
    # q(kind) = (3/4, 1/4); q(style) = N(2, 1).
    parameters = tf.constant([[math.log(3.0), 0.0, 2.0, 0.0]])
    kind = 0.75 * math.log(1.5) + 0.25 * math.log(0.5)
    found = model.divergence(context(model, parameters, tf.zeros([1, 8, 8, 1])))
    assert float(found) == pytest.approx(kind + 2.0, rel=1e-5)  # mean^2 / 2


def test_reconstruction_is_a_cross_entropy_in_nats():
    model = make()
    model.generator = lambda codes, training: tf.fill([len(codes), 8, 8, 1], 0.25)
    images = tf.ones([2, 8, 8, 1])
    found = model.reconstruction_loss(context(model, tf.zeros([2, 4]), images))
    assert float(found) == pytest.approx(64 * math.log(4.0), rel=1e-4)


@pytest.mark.parametrize(
    "latents",
    [
        LatentSpec(1, {"style": Gaussian(1)}),
        LatentSpec(0, {"style": Uniform(1)}),
        LatentSpec(0, {"style": Gaussian(1, stddev=1.0)}),
    ],
)
def test_refuses_other_latents(latents):
    with pytest.raises(ValueError, match="should have Gaussian and categorical codes .* Received"):
        make(latents)


def test_refuses_a_temperature():
    with pytest.raises(
        ValueError, match="`temperature` should be above 0. Received: temperature=0"
    ):
        make(temperature=0)
