import numpy as np
import pytest
import tensorflow as tf

from keras_infogan.networks import Recipe
from keras_infogan.networks.pyramid import (
    coarsest_trunk,
    difference_stage,
    enlarged,
    pyramid_shapes,
    shrunk,
)


def test_shrinking_takes_means_and_enlarging_repeats():
    images = tf.reshape(tf.range(16.0), [1, 4, 4, 1])
    small = shrunk(images)
    np.testing.assert_array_equal(small[0, :, :, 0], [[2.5, 4.5], [10.5, 12.5]])
    np.testing.assert_array_equal(shrunk(enlarged(small)), small)


def test_a_stage_keeps_the_smaller_image():
    stage = difference_stage(Recipe("dcgan", options={"width_multiplier": 0.1}), 3, (16, 16, 1))
    small = tf.random.stateless_uniform([2, 8, 8, 1], [0, 0], 0.4, 0.6)
    large = stage([enlarged(small), tf.ones([2, 3])])
    np.testing.assert_allclose(shrunk(large), small, atol=1e-5)
    assert float(tf.reduce_max(tf.abs(large - enlarged(small)))) > 0


def test_sizes():
    assert pyramid_shapes((64, 32, 3)) == [(16, 8, 3), (32, 16, 3), (64, 32, 3)]
    with pytest.raises(ValueError, match="multiples of 4"):
        pyramid_shapes((20, 20, 1))
    with pytest.raises(ValueError, match=r"\(height, width, channels\).*image_shape=\(16, "):
        pyramid_shapes((16, 32, 32, 1))


def test_the_coarsest_trunk_reads_the_smallest_image_by_two_hidden_layers():
    recipe = Recipe("dcgan", options={"width_multiplier": 0.1})
    coarse = recipe(1, 0, (8, 8, 1)).trunk
    trunk = coarsest_trunk(recipe, coarse, (32, 32, 1))
    assert trunk.output_shape == coarse.output_shape
    hidden = [layer.units for layer in trunk.layers if hasattr(layer, "units")]
    assert hidden == [60, coarse.output_shape[-1]]
    images = tf.random.stateless_uniform([2, 32, 32, 1], (0, 0))
    same = enlarged(enlarged(shrunk(images, 4)))  # the same smallest image
    np.testing.assert_allclose(trunk(images), trunk(same), atol=1e-5)
