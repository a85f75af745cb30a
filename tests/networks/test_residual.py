import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_infogan import networks


@pytest.fixture(scope="module")
def built():
    return networks.build("residual", 6, 3, (16, 16, 3))


@pytest.mark.parametrize(
    ("image_shape", "smallest_maps", "filters"),
    [((28, 28, 1), (7, 7), 64), ((32, 32, 3), (4, 4), 128), ((128, 128, 3), (4, 4), 256)],
)
def test_it_is_as_deep_as_the_image_is_large(image_shape, smallest_maps, filters):
    built = networks.build("residual", 6, 3, image_shape, width_multiplier=0.25)
    assert built.trunk.layers[-1].input.shape == (None, *smallest_maps, filters // 4)
    assert built.generator.output_shape == built.trunk.input_shape == (None, *image_shape)


def test_an_image_is_read_alike_in_training_and_alone(built):
    images = tf.random.uniform([4, 16, 16, 3], seed=0)
    for network in (built.discriminator_head, built.recognition_head):
        together = network(built.trunk(images, training=True), training=True)
        alone = network(built.trunk(images[:1], training=False), training=False)
        np.testing.assert_allclose(together[:1], alone, rtol=1e-5, atol=1e-6)


def test_nothing_is_normalized(built):
    for network in vars(built).values():
        for layer in network.layers:
            assert "normal" not in type(layer).__name__.lower()
    with pytest.raises(ValueError, match="discriminator_normalization='none'. Received: 'batch'"):
        networks.build("residual", 6, 3, discriminator_normalization="batch")


def test_the_variance_of_the_input_is_kept(built):
    """Nothing normalizes maps, so their scale at the start must neither vanish nor explode."""
    maps = tf.random.stateless_uniform([64, 16, 16, 3], (0, 0))
    for layer in built.trunk.layers:
        maps = layer(maps)
        if isinstance(layer, keras.layers.Conv2D):
            assert 0.2 < float(tf.math.reduce_std(maps)) < 2.0
