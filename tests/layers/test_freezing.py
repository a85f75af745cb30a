import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_infogan.layers import (
    InstanceNoise,
    SpectralNormalized,
    frozen_seeds,
    frozen_statistics,
    seed_states,
)


def normalized(images, held):
    """Averages and output of a batch normalization after one pass in training mode."""
    layer = keras.layers.BatchNormalization(momentum=0.9)
    network = keras.Sequential([keras.layers.Input([2]), keras.Sequential([layer])])
    if held:
        with frozen_statistics(network):
            output = network(images, training=True)
    else:
        output = network(images, training=True)
    return layer, np.array(output)


def test_moving_averages_stay_and_output_is_the_same():
    images = np.array([[1.0, 2.0], [3.0, 6.0]], np.float32)
    free, output = normalized(images, held=False)
    held, held_output = normalized(images, held=True)
    np.testing.assert_allclose(free.moving_mean, [0.2, 0.4], rtol=1e-6)  # 0.9 * 0 + 0.1 * mean
    np.testing.assert_array_equal(held.moving_mean, [0.0, 0.0])
    np.testing.assert_array_equal(held.moving_variance, [1.0, 1.0])
    np.testing.assert_array_equal(output, held_output)


@pytest.mark.parametrize(
    ("make_layer", "attribute", "free", "held"),
    [
        (lambda: keras.layers.BatchNormalization(momentum=0.9), "momentum", 0.9, 1.0),
        (lambda: SpectralNormalized(keras.layers.Dense(2), 2), "power_iterations", 2, 0),
        (lambda: InstanceNoise(0.1), "steps_per_call", 1, 0),
    ],
)
def test_what_is_held_returns_after_an_error(make_layer, attribute, free, held):
    layer = make_layer()
    with pytest.raises(RuntimeError), frozen_statistics(layer):
        assert getattr(layer, attribute) == held
        raise RuntimeError
    assert getattr(layer, attribute) == free


def test_seeds_stay_where_they_were():
    network = keras.Sequential(
        [
            keras.layers.RandomZoom(0.1, seed=1),
            keras.Sequential([keras.layers.Dropout(0.5, seed=2)]),
        ]
    )
    images = np.ones([2, 4, 4, 1], np.float32)
    states = seed_states(network)
    assert len(states) == 2
    before = [state.numpy() for state in states]

    @tf.function
    def draw():
        with frozen_seeds(network):
            return network(images, training=True)

    first = draw()
    np.testing.assert_array_equal(first, draw())
    np.testing.assert_array_equal(before, [state.numpy() for state in states])
    network(images, training=True)
    assert (np.array(before) != [state.numpy() for state in states]).any(axis=1).all()
