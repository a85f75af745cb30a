import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_infogan.layers import (
    InstanceNoise,
    SpectralNormalized,
    frozen_statistics,
)


def dense_layer(**kwargs):
    return keras.layers.Dense(6, bias_initializer="ones", **kwargs)


def convolution_layer(**kwargs):
    return keras.layers.Conv2D(6, 3, 2, "same", bias_initializer="ones", **kwargs)


def video_layer(**kwargs):
    return keras.layers.Conv3D(6, 3, 2, "same", bias_initializer="ones", **kwargs)


def matrix_of(kernel):
    return np.reshape(kernel, [-1, kernel.shape[-1]])


class TestSpectralNormalized:
    @pytest.fixture(
        params=[(dense_layer, [5]), (convolution_layer, [8, 8, 3]), (video_layer, [4, 8, 8, 3])]
    )
    def case(self, request):
        """A normalized layer, and a batch of two for it."""
        make_layer, shape = request.param
        layer = SpectralNormalized(make_layer(), power_iterations=2)
        layer.build((None, *shape))
        return layer, tf.random.stateless_normal([2, *shape], (1, 2))

    def test_largest_singular_value_becomes_one_and_the_kernel_stays(self, case):
        layer, inputs = case
        kernel = layer.layer.kernel.numpy()
        call = tf.function(lambda: layer(inputs, training=True))
        for _ in range(100):
            call()
        np.testing.assert_array_equal(layer.layer.kernel, kernel)
        values = np.linalg.svd(matrix_of(layer.normalized_kernel()), compute_uv=False)
        assert values[0] == pytest.approx(1.0, abs=1e-3)
        values = np.linalg.svd(matrix_of(kernel), compute_uv=False)
        sigma = np.mean(kernel / layer.normalized_kernel())
        assert sigma == pytest.approx(values[0], rel=1e-3)

    def test_output_is_of_the_normalized_kernel(self, case):
        layer, inputs = case
        outputs = layer(inputs)
        plain = type(layer.layer).from_config(layer.layer.get_config())
        plain.build(inputs.shape)
        plain.kernel.assign(layer.normalized_kernel())
        np.testing.assert_allclose(outputs, plain(inputs), rtol=1e-5, atol=1e-6)

    def test_gradient_flows_through_sigma(self, case):
        layer, inputs = case
        layer(inputs, training=True)
        kernel = layer.layer.kernel.value
        outer = tf.random.stateless_normal(kernel.shape, (3, 4))  # dL / d(w / sigma)
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(outer * layer.normalized_kernel())
        gradient = matrix_of(tape.gradient(loss, kernel))
        matrix, outer = matrix_of(kernel.numpy()), matrix_of(outer)
        right = layer.singular_vector.numpy()
        left = matrix @ right / np.linalg.norm(matrix @ right)
        sigma = left @ matrix @ right
        expected = (outer - np.sum(outer * matrix) / sigma * np.outer(left, right)) / sigma
        np.testing.assert_allclose(gradient, expected, rtol=1e-4, atol=1e-5)

    def test_gradient_of_a_call_is_that_of_the_reparameterization(self, case):
        layer, inputs = case
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(layer(inputs, training=True) ** 2)
        gradient = tape.gradient(loss, layer.layer.kernel.value)
        plain = type(layer.layer).from_config(layer.layer.get_config())
        plain.build(inputs.shape)
        plain.kernel.assign(layer.normalized_kernel())
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(plain(inputs) ** 2)
        outer = tape.gradient(loss, plain.kernel.value)
        with tf.GradientTape() as tape:
            product = tf.reduce_sum(outer * layer.normalized_kernel())
        expected = tape.gradient(product, layer.layer.kernel.value)
        np.testing.assert_allclose(gradient, expected, rtol=1e-3, atol=1e-4)

    def test_only_a_free_training_call_iterates(self, case):
        layer, inputs = case
        before = layer.singular_vector.numpy()
        layer(inputs)
        with frozen_statistics(layer):
            layer(inputs, training=True)
        np.testing.assert_array_equal(layer.singular_vector, before)
        iterated = layer(inputs, training=True)
        assert (layer.singular_vector.numpy() != before).all()
        with frozen_statistics(layer):
            np.testing.assert_array_equal(layer(inputs, training=True), iterated)
        np.testing.assert_array_equal(layer(inputs), iterated)

    def test_saves(self, case, saved_and_loaded):
        layer, inputs = case
        layer(inputs, training=True)
        loaded = saved_and_loaded(layer, inputs.shape[1:])
        assert loaded.power_iterations == 2
        assert loaded.layer.get_config() == layer.layer.get_config()
        np.testing.assert_array_equal(loaded(inputs), layer(inputs))
        np.testing.assert_array_equal(loaded(inputs, training=True), layer(inputs, training=True))

    @pytest.mark.parametrize("make_layer", [dense_layer, convolution_layer])
    def test_sigma_is_float32_under_a_mixed_policy(self, make_layer):
        images = tf.random.stateless_normal([2, 8, 8, 3], (1, 2))
        exact = keras.Sequential([keras.layers.Input([8, 8, 3]), SpectralNormalized(make_layer())])
        config = keras.saving.serialize_keras_object(make_layer(dtype="mixed_float16"))
        mixed = keras.Sequential(
            [
                keras.layers.Input([8, 8, 3]),
                SpectralNormalized(keras.saving.deserialize_keras_object(config)),
            ]
        )
        mixed.set_weights(exact.get_weights())
        outputs = mixed(images, training=True)
        assert outputs.dtype == tf.float16
        assert mixed.outputs[0].dtype == "float16"
        np.testing.assert_allclose(outputs, exact(images, training=True), atol=0.02)
        np.testing.assert_array_equal(
            mixed.layers[0].singular_vector, exact.layers[0].singular_vector
        )

    def test_a_zero_kernel_stays_zero(self):
        layer = SpectralNormalized(keras.layers.Dense(2, kernel_initializer="zeros"))
        np.testing.assert_array_equal(layer(tf.ones([1, 3]), training=True), [[0.0, 0.0]])

    def test_runs_on_replicas(self):
        strategy = tf.distribute.MirroredStrategy(["CPU:0"])
        with strategy.scope():
            network = keras.Sequential(
                [
                    keras.layers.Input([3]),
                    InstanceNoise(0.1, decay_steps=2),
                    SpectralNormalized(keras.layers.Dense(2)),
                ]
            )
        before = network.layers[1].singular_vector.numpy()
        strategy.run(tf.function(lambda: network(tf.ones([4, 3]), training=True)))
        assert network.layers[0].step.numpy() == 1
        assert (network.layers[1].singular_vector.numpy() != before).all()

    def test_refuses_other_layers(self):
        with pytest.raises(TypeError, match="a Dense or Conv2D or Conv3D of Keras"):
            SpectralNormalized(keras.layers.Flatten())

    def test_refuses_no_iterations(self):
        with pytest.raises(ValueError, match="at least 1. Received: power_iterations=0"):
            SpectralNormalized(keras.layers.Dense(2), power_iterations=0)
