import numpy as np
import pytest
import tensorflow as tf

from keras_infogan import Categorical, LatentSpec
from keras_infogan.latents import GivenClass, GivenImage
from keras_infogan.models.variants import CycleGAN


def make(given, shape=(8, 8, 3), **arguments):
    latents = LatentSpec(2, {"hue": Categorical(3)}, given={"source": given})
    networks = {"width_multiplier": 0.05}
    return CycleGAN.from_architecture("dcgan", latents, shape, networks=networks, **arguments)


def test_the_cycle_is_the_mean_absolute_difference():
    model = make(GivenImage((8, 8, 1)))
    images = tf.random.stateless_uniform([2, 8, 8, 3], [0, 0])
    source = tf.random.stateless_uniform([2, 8, 8, 1], [0, 1])
    given, seed = {"source": source}, tf.constant([0, 1])
    logs = model.compute_losses(images, seed, training=False, given=given).logs
    _, encoded = model.draw(2, seed, given)
    back = model.inverse(tf.reshape(model.generator(encoded), [2, -1]))
    assert float(logs["cycle"]) == pytest.approx(np.abs(back - source).mean(), rel=1e-5)


@pytest.mark.parametrize(
    ("given", "shape", "message"),
    [
        (GivenClass(3), (8, 8, 3), "CycleGAN should be given one GivenImage"),
        (GivenImage((16, 16, 1)), (8, 8, 3), r"one size.*\(16, 16, 1\) and \(8, 8, 3\)"),
    ],
)
def test_other_sources_are_refused(given, shape, message):
    with pytest.raises(ValueError, match=message):
        make(given, shape)


def test_images_of_another_shape_are_refused():
    model = make(GivenImage((8, 8, 1)))
    model.compile()
    with pytest.raises(ValueError, match="8, 8, 1"):
        model.fit(np.zeros([2, 8, 8, 3]), np.zeros([2, 9, 9, 1]), verbose=0)


def test_a_missing_network_is_named():
    model = make(GivenImage((8, 8, 1)))
    parts = {name: getattr(model, name) for name in model.config_objects}
    with pytest.raises(TypeError, match=r"should get \['source_discriminator', 'inverse'\] too"):
        CycleGAN(**parts)


def test_a_weight_below_0_is_refused():
    with pytest.raises(ValueError, match="`cycle_weight`"):
        make(GivenImage((8, 8, 1)), cycle_weight=-1.0)
