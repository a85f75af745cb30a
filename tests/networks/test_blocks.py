import keras
import numpy as np
import pytest
from keras import layers

from keras_infogan.networks import blocks


def test_a_shape_that_can_be_reduced_is_returned():
    assert blocks.checked_shape("x", (16, 24, 3), factor=8) == (16, 24, 3)


@pytest.mark.parametrize("policy", [None, "mixed_bfloat16"])
def test_the_global_policy_returns_after_an_error(policy):
    with pytest.raises(RuntimeError), blocks.hidden_dtype(policy):
        assert keras.config.dtype_policy().name == (policy or "float32")
        raise RuntimeError
    assert keras.config.dtype_policy().name == "float32"


def test_a_generator_of_zeros_is_gray():
    generator = blocks.make_generator(2, [layers.Dense(4), layers.Reshape([2, 2, 1])], channels=3)
    images = generator(np.zeros([5, 2], np.float32))
    assert images.shape == (5, 4, 4, 3)
    np.testing.assert_array_equal(images, 0.5)  # sigmoid(0)


@pytest.mark.parametrize("normalized", [True, False])
def test_a_bias_stands_where_no_normalization_follows(normalized):
    convolution, *rest = blocks.upconvolution(8, layers.ReLU(), normalized=normalized)
    assert convolution.use_bias is not normalized
    kinds = [layers.BatchNormalization, layers.ReLU] if normalized else [layers.ReLU]
    assert [type(layer) for layer in rest] == kinds


def test_first_maps_are_a_dense_block():
    dense, normalization, _, reshape = blocks.first_maps((2, 3, 4))
    assert (dense.units, dense.use_bias) == (24, False)
    assert (normalization.momentum, normalization.epsilon) == (0.9, 1e-5)
    assert reshape.target_shape == (2, 3, 4)


def test_the_slope_is_the_papers():
    np.testing.assert_allclose(blocks.leaky()(np.array([-2.0, 3.0])), [-0.2, 3.0], rtol=1e-6)
