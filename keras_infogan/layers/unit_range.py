"""The last layer of a generator whose output is linear."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from keras_infogan.runtime.types import Tensor


@keras.saving.register_keras_serializable("keras_infogan")
class UnitRange(keras.layers.Layer):
    """(1 + a) / 2, which is an image in [0, 1] if a is in [-1, 1]; float32 under every policy.

    In inference the result is clipped to [0, 1]. In training it is not: a sigmoid or a clipped
    value has no gradient at black and white, where a generator without normalization stays if most
    pixels of the images are there. The discriminator sees values outside [0, 1] as generated. But
    while there are such values, codes may hide in them, so that Q reads less in inference than in
    training (docs/results/real_images.md).

    Examples:
        >>> layer, values = UnitRange(), tf.constant([-1.0, 0.5, 2.0])
        >>> layer(values).numpy().tolist(), layer(values, training=True).numpy().tolist()
        ([0.0, 0.75, 1.0], [0.0, 0.75, 1.5])
    """

    def __init__(self, **kwargs: Any):
        super().__init__(**{"dtype": "float32", **kwargs})

    def call(self, values: Tensor, training: bool = False) -> Tensor:
        images = (1.0 + tf.cast(values, tf.float32)) / 2.0
        return images if training else tf.clip_by_value(images, 0.0, 1.0)
