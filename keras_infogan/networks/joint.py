"""A head of the discriminator that reads an image together with something else."""

from __future__ import annotations

import keras
import tensorflow as tf

from keras_infogan.networks.blocks import leaky
from keras_infogan.runtime.types import Tensor

JOINT_UNITS = 512


def joined(features: Tensor, columns: Tensor) -> Tensor:
    """What a joint head reads: features of any dtype next to other columns, float32."""
    return tf.concat([tf.cast(features, tf.float32), columns], axis=-1)


def joint_head(features: int, columns: int) -> keras.Model:
    """FC 512 - leaky ReLU - FC 1, of features of images next to other columns.

    Args:
        features: columns of the trunk's output.
        columns: of what is read with them.

    Returns:
        Keras model [B, features + columns] -> logits float32 [B, 1].
    """
    return keras.Sequential(
        [
            keras.layers.Input([features + columns]),
            keras.layers.Dense(JOINT_UNITS, dtype="float32"),
            leaky("float32"),
            keras.layers.Dense(1, dtype="float32"),
        ],
        name="discriminator_head",
    )
