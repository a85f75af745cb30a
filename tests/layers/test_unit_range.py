import keras
import numpy as np
import tensorflow as tf

from keras_infogan.layers import UnitRange

VALUES = tf.constant([[-3.0, -1.0, 0.0, 1.0, 3.0]])


def test_images_are_in_the_unit_range_in_inference_only():
    np.testing.assert_allclose(UnitRange()(VALUES), [[0.0, 0.0, 0.5, 1.0, 1.0]])
    np.testing.assert_allclose(UnitRange()(VALUES, training=True), [[-1.0, 0.0, 0.5, 1.0, 2.0]])


def test_every_value_has_a_gradient_in_training():
    with tf.GradientTape() as tape:
        tape.watch(VALUES)
        total = tf.reduce_sum(UnitRange()(VALUES, training=True))
    np.testing.assert_allclose(tape.gradient(total, VALUES), [[0.5] * 5])


def test_it_is_float32_after_a_half_precision_layer():
    layer = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(UnitRange()))
    assert layer(tf.cast(VALUES, tf.bfloat16)).dtype == tf.float32
