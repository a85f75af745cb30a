"""Heads of a discriminator that read an image together with something else."""

from __future__ import annotations

import keras
import tensorflow as tf
from keras import layers

from keras_infogan.latents.given import Given, GivenText
from keras_infogan.networks.blocks import Networks, leaky
from keras_infogan.networks.text import text_encoder
from keras_infogan.runtime.types import Tensor

JOINT_UNITS = 512
SENTENCE_UNITS = 64


def joined(features: Tensor, columns: Tensor) -> Tensor:
    """What a joint head reads: features of any dtype next to other columns, float32."""
    return tf.concat([tf.cast(features, tf.float32), columns], axis=-1)


def joint_head(features: int, columns: int, given: Given | None = None) -> keras.Model:
    """FC 512 - leaky ReLU - FC 1, of features of images next to other columns.

    The encoding of a text is read by a `text_encoder` first.

    Args:
        features: columns of the trunk's output.
        columns: of what is read with them.
        given: what the columns encode; None if it is nothing given.

    Returns:
        Keras model [B, features + columns] -> logits float32 [B, 1].
    """
    joint = hidden = layers.Input([features + columns], dtype="float32")
    if isinstance(given, GivenText):
        encoded = text_encoder(given, SENTENCE_UNITS)(joint[:, features:])
        hidden = layers.Concatenate(dtype="float32")(
            [joint[:, :features], layers.Flatten()(encoded)]
        )
    hidden = leaky("float32")(layers.Dense(JOINT_UNITS, dtype="float32")(hidden))
    logits = layers.Dense(1, dtype="float32")(hidden)
    return keras.Model(joint, logits, name="discriminator_head")


def discriminator(parts: Networks, name: str, given: Given | None = None) -> keras.Model:
    """A whole discriminator of images, or of images with what is given.

    Args:
        parts: networks whose trunk it has; their head too, if nothing is given.
        name: of the model.
        given: what it reads next to the image's features; None is nothing.

    Returns:
        Keras model, images, or [images, the encoding of what is given] -> logits float32 [B, 1].
    """
    image = layers.Input(parts.trunk.input_shape[1:], dtype="float32")
    features = parts.trunk(image)
    if given is None:
        return keras.Model(image, parts.discriminator_head(features), name=name)
    columns = layers.Input([given.width], dtype="float32")
    joint = layers.Concatenate(dtype="float32")([features, columns])
    head = joint_head(parts.trunk.output_shape[-1], given.width, given)
    return keras.Model([image, columns], head(joint), name=name)
