import numpy as np
import pytest
import tensorflow as tf

from keras_infogan import Categorical, LatentSpec
from keras_infogan.latents import GivenImage
from keras_infogan.models.variants import C2GAN


def make(channels):
    source = GivenImage((8, 8, channels))
    latents = LatentSpec(2, {"clothes": Categorical(3)}, given={"source": source})
    networks = {"width_multiplier": 0.05}
    return C2GAN.from_architecture("dcgan", latents, (8, 8, 3), networks=networks)


def test_pixels_compare_the_image_with_the_one_of_its_own_code():
    model = make(7)
    images = tf.random.stateless_uniform([2, 8, 8, 3], [0, 0])
    source = tf.random.stateless_uniform([2, 8, 8, 7], [0, 1])
    given, seed = {"source": source}, tf.constant([0, 1])
    logs = model.compute_losses(images, seed, training=False, given=given).logs
    drawn, _ = model.draw(2, seed, given)
    again = model.translated(source, model.discriminate(images), drawn["noise"], False)
    assert float(logs["pixels"]) == pytest.approx(np.abs(again - images).mean(), rel=1e-5)
    assert model.keypoint_network.output_shape == (None, 8, 8, 2)


@pytest.mark.parametrize("channels", [3, 6])
def test_what_is_given_needs_two_maps_for_each_keypoint(channels):
    with pytest.raises(ValueError, match=f"heat maps .* Received: {channels} channels"):
        make(channels)
