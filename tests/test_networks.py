import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_infogan import networks

# Counted by hand from the tables of appendix C.1, for 74 latents and 14 parameters of Q. A batch
# normalisation of n channels trains 2 n numbers; layers before one have no bias.
GENERATOR = (
    74 * 1024 + 2 * 1024
    + 1024 * 7 * 7 * 128 + 2 * 7 * 7 * 128
    + 4 * 4 * 128 * 64 + 2 * 64
    + 4 * 4 * 64 * 1 + 1
)  # fmt: skip
TRUNK = (
    4 * 4 * 1 * 64 + 64
    + 4 * 4 * 64 * 128 + 2 * 128
    + 7 * 7 * 128 * 1024 + 2 * 1024
)  # fmt: skip
DISCRIMINATOR_HEAD = 1024 + 1
RECOGNITION_HEAD = 1024 * 128 + 2 * 128 + 128 * 14 + 14


@pytest.fixture(scope="module")
def mnist():
    return networks.build("mnist", width=74, parameter_count=14)


@pytest.fixture(scope="module")
def half_precision():
    return networks.build("mnist", 6, 3, image_shape=(8, 12, 3), dtype="mixed_bfloat16")


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("generator", GENERATOR),
        ("trunk", TRUNK),
        ("discriminator_head", DISCRIMINATOR_HEAD),
        ("recognition_head", RECOGNITION_HEAD),
    ],
)
def test_mnist_has_the_papers_weights(mnist, name, count):
    variables = getattr(mnist, name).trainable_variables
    assert sum(int(np.prod(variable.shape)) for variable in variables) == count


def test_mnist_shapes(mnist):
    assert mnist.generator.input_shape == (None, 74)
    assert mnist.generator.output_shape == (None, 28, 28, 1)
    assert mnist.trunk.input_shape == (None, 28, 28, 1)
    assert mnist.trunk.output_shape == (None, 1024)
    assert mnist.discriminator_head.output_shape == (None, 1)
    assert mnist.recognition_head.output_shape == (None, 14)


def test_images_are_in_the_unit_interval(mnist):
    images = mnist.generator(100.0 * tf.random.stateless_normal([3, 74], (0, 0))).numpy()
    assert 0.0 <= images.min() < images.max() <= 1.0


def test_weights_start_as_the_paper_says(mnist):
    kernel = mnist.generator.layers[0].kernel.numpy()
    assert kernel.mean() == pytest.approx(0.0, abs=1e-3)
    assert kernel.std() == pytest.approx(networks.INITIAL_STDDEV, rel=0.02)


def test_other_image_shapes(half_precision):
    assert half_precision.generator.output_shape == (None, 8, 12, 3)
    assert half_precision.trunk.input_shape == (None, 8, 12, 3)


def test_heads_and_images_are_float32_under_a_mixed_policy(half_precision):
    images = half_precision.generator(tf.zeros([2, 6]))
    features = half_precision.trunk(images)
    assert images.dtype == tf.float32
    assert features.dtype == tf.bfloat16
    assert half_precision.discriminator_head(features).dtype == tf.float32
    assert half_precision.recognition_head(features).dtype == tf.float32


def test_the_global_policy_stays_as_it_was(half_precision):
    assert keras.config.dtype_policy().name == "float32"
    with pytest.raises(ValueError):
        networks.build("mnist", width=1, parameter_count=-1, dtype="mixed_float16")
    assert keras.config.dtype_policy().name == "float32"


def test_without_codes_q_has_neither_weights_nor_columns():
    plain = networks.build("mnist", 4, 0, image_shape=(8, 8, 1), dtype="mixed_bfloat16")
    assert plain.recognition_head.weights == []
    parameters = plain.recognition_head(plain.trunk(tf.zeros([2, 8, 8, 1])))
    assert parameters.shape == (2, 0)
    assert parameters.dtype == tf.float32


def test_unknown_architecture():
    with pytest.raises(ValueError, match=r"should be one of \['mnist'\]. Received: 'nist'"):
        networks.build("nist", width=1, parameter_count=1)


@pytest.mark.parametrize("image_shape", [(30, 28, 1), (28, 30, 1), (4, 8, 1)])
def test_image_shapes_that_two_strides_cannot_make(image_shape):
    with pytest.raises(ValueError, match="multiples of 4 from 8 on.* Received: image_shape="):
        networks.build("mnist", width=1, parameter_count=1, image_shape=image_shape)
