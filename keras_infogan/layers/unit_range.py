"""The last layer of a generator whose output is linear."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from keras_infogan.runtime.types import Tensor


@keras.saving.register_keras_serializable("keras_infogan")
class UnitRange(keras.layers.Layer):
    """(1 + a) / 2, clipped to [0, 1]; float32 under every policy.

    Its gradient is that of (1 + a) / 2 everywhere (a straight-through estimator). A sigmoid or a
    clipped value has no gradient at black and white, where a generator without normalization stays
    if most pixels of the images are there.

    Examples:
        >>> UnitRange()(tf.constant([-1.0, 0.5, 2.0])).numpy().tolist()
        [0.0, 0.75, 1.0]
    """

    def __init__(self, **kwargs: Any):
        super().__init__(**{"dtype": "float32", **kwargs})

    def call(self, values: Tensor) -> Tensor:
        images = (1.0 + tf.cast(values, tf.float32)) / 2.0
        return images + tf.stop_gradient(tf.clip_by_value(images, 0.0, 1.0) - images)
