import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_infogan.layers import (
    MinibatchDiscrimination,
)


class TestMinibatchDiscrimination:
    features = np.array([[0.0], [1.0], [3.0]], np.float32)
    # T = [1, 2], so M = (0, 0), (1, 2), (3, 6): L1 distances 3, 9 and 6.
    similarities = np.exp([[-3.0], [-3.0], [-9.0]]) + np.exp([[-9.0], [-6.0], [-6.0]])

    def make(self, **kwargs):
        layer = MinibatchDiscrimination(1, 2, **kwargs)
        layer.build((None, 1))
        layer.kernel.assign([[1.0, 2.0]])
        return layer

    def test_the_papers_sum_over_the_other_rows(self):
        expected = np.concatenate([self.features, self.similarities], axis=1)
        np.testing.assert_allclose(self.make()(self.features), expected, rtol=1e-6)

    def test_arithmetic_is_float32_under_a_mixed_policy(self):
        outputs = self.make(dtype="mixed_float16")(self.features + 1000.0)
        assert outputs.dtype == tf.float16
        np.testing.assert_allclose(outputs[:, 1:], self.similarities, rtol=1e-3)

    def test_each_kernel_has_a_column(self):
        inputs = keras.layers.Input([7])
        assert MinibatchDiscrimination(4, 3)(inputs).shape == (None, 11)

    def test_gradient_reaches_kernel_and_other_rows(self):
        layer = self.make()
        features = tf.constant(self.features)
        with tf.GradientTape() as tape:
            tape.watch(features)
            similarity = layer(features)[0, 1]
        gradients = tape.gradient(similarity, [features, layer.kernel.value])
        near, far = 3.0 * np.exp(-3.0), 3.0 * np.exp(-9.0)
        np.testing.assert_allclose(gradients[0][:, 0], [near + far, -near, -far], rtol=1e-5)
        assert np.all(gradients[1].numpy() < 0.0)

    def test_saves(self, saved_and_loaded):
        layer = self.make()
        loaded = saved_and_loaded(layer, [1])
        assert loaded.get_config() == layer.get_config()
        np.testing.assert_array_equal(loaded(self.features), layer(self.features))

    def test_refuses_a_batch_of_one(self):
        with pytest.raises(ValueError, match=r"at least two. Received: input_shape=\(1, 4\)"):
            MinibatchDiscrimination(2)(tf.zeros([1, 4]))

    @pytest.mark.parametrize("name", ["features", "kernel_dimensions"])
    def test_refuses_sizes_below_one(self, name):
        with pytest.raises(ValueError, match=f"at least 1. Received: {name}=0"):
            MinibatchDiscrimination(**{"features": 5, "kernel_dimensions": 5, name: 0})
