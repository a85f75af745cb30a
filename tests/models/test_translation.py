import numpy as np
import tensorflow as tf

from keras_infogan.models.translation import flat, mean_distance


def test_the_distance_is_a_mean_over_all_pixels():
    one, other = tf.zeros([2, 2, 2, 1]), tf.constant([[[[1.0], [0.0]]] * 2] * 2)
    assert float(mean_distance(one, other)) == 0.5
    np.testing.assert_array_equal(flat(other), [[1, 0, 1, 0]] * 2)
