import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_infogan.layers import ResidualBlock


@pytest.fixture
def block():
    block = ResidualBlock(4)
    block.build((None, 6, 6, 4))
    return block


def test_it_starts_as_the_identity(block):
    maps = tf.random.normal([2, 6, 6, 4], seed=0)
    np.testing.assert_array_equal(block(maps), maps)


def test_it_adds_two_convolutions_of_activations(block):
    kernels = [tf.random.stateless_normal([3, 3, 4, 4], (0, k)) for k in range(2)]
    block.inner.kernel.assign(kernels[0])
    block.outer.kernel.assign(kernels[1])
    maps = tf.random.stateless_normal([2, 6, 6, 4], (0, 2))
    hidden = tf.nn.conv2d(tf.nn.leaky_relu(maps, 0.2), kernels[0], 1, "SAME")
    added = tf.nn.conv2d(tf.nn.leaky_relu(hidden, 0.2), kernels[1], 1, "SAME")
    np.testing.assert_allclose(block(maps), maps + added, rtol=1e-4, atol=1e-4)


def test_the_channels_stay(block):
    assert block.compute_output_shape((None, 6, 6, 4)) == (None, 6, 6, 4)
    with pytest.raises(ValueError, match="should have 8 channels. Received: input_shape="):
        ResidualBlock(8).build((None, 6, 6, 4))


def test_a_residual_block_round_trip(block):
    serialized = keras.saving.serialize_keras_object(block)
    assert keras.saving.deserialize_keras_object(serialized).filters == 4


def test_a_mixed_policy_computes_in_half_precision():
    block = ResidualBlock(4, dtype="mixed_bfloat16")
    assert block(tf.zeros([1, 6, 6, 4])).dtype == tf.bfloat16
    assert block.inner.kernel.dtype == "float32"
