"""Small networks that read images: how their images are laid out, trained on and read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from keras_infogan.images import VIDEO_RANK, frames_in_channels, unit_images
from keras_infogan.metrics.extractor import image_batches
from keras_infogan.runtime.arguments import checked_count
from keras_infogan.runtime.image_tensors import in_range, one_sentence
from keras_infogan.runtime.images import BYTE_MAXIMUM, UNIT_WHITE, checked_images

LEARNING_RATE = 2e-3


def fit_network(
    network: keras.Model,
    batches: tf.data.Dataset,
    updates: int,
    loss: Callable[[Any, Any], Any],
    *,
    epochs: int = 1,
    metrics: Sequence[str] = (),
    verbose: int = 0,
) -> None:
    """Trains a network on images: Adam, with a cosine schedule from 2e-3 to 0.

    Args:
        network: a Keras model from images [B, H, W, C]; its weights change.
        batches: of images [B, H, W, C], uint8 or floats in [0, 1], and targets.
        updates: number of updates: batches times epochs.
        loss: a Keras loss, or a function of targets and outputs.
        epochs: passes over the batches.
        metrics: of Keras's `compile`.
        verbose: as of Keras's `fit`.

    Raises:
        ValueError: images that are out of range.

    Examples:
        >>> network = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(1)])
        >>> batches = tf.data.Dataset.from_tensor_slices((images, np.ones([64, 1]))).batch(32)
        >>> fit_network(network, batches, 2, keras.losses.MeanSquaredError())
    """
    schedule = keras.optimizers.schedules.CosineDecay(LEARNING_RATE, updates)
    network.compile(keras.optimizers.Adam(schedule), loss, metrics=list(metrics))
    batches = batches.map(lambda some, truth: (in_range(unit_images(some)), truth)).prefetch(2)
    with one_sentence():
        network.fit(batches, epochs=epochs, shuffle=False, verbose=verbose)


def fit_reader(
    network: keras.Model,
    images: np.ndarray,
    targets: np.ndarray,
    loss: Callable[[Any, Any], Any],
    *,
    updates: int,
    epochs: int,
    batch_size: int = 128,
    seed: int = 0,
) -> None:
    """Trains a network on arrays, for a number of updates or of epochs, whichever ends first.

    Args:
        network: a Keras model from images [B, H, W, C]; its weights change.
        images: uint8 or floats in [0, 1], [N, H, W, C].
        targets: [N, ...].
        loss: a Keras loss, or a function of targets and outputs.
        updates, epochs: at most so many.
        batch_size: at most N.
        seed: int, of the order.

    Raises:
        ValueError: a number below 1, or images that are out of range.

    Examples:
        >>> network = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(1)])
        >>> loss = keras.losses.MeanSquaredError()
        >>> fit_reader(network, images, np.ones([64, 1]), loss, updates=3, epochs=1)
    """
    checked_count("updates", updates, 1)
    checked_count("epochs", epochs, 1)
    batch_size = min(checked_count("batch_size", batch_size, 1), len(images))
    updates = min(updates, epochs * (len(images) // batch_size))
    batches = (
        tf.data.Dataset.range(len(images))
        .shuffle(len(images), seed=seed)
        .repeat()
        .batch(batch_size)
        .take(updates)
    )
    types = (_spec(images), _spec(targets))

    def rows_of(rows: Any) -> tuple[Any, Any]:
        some = tf.numpy_function(
            lambda rows: (images[rows], targets[rows]), [rows], [each.dtype for each in types]
        )
        return tuple(
            tf.ensure_shape(part, each.shape) for part, each in zip(some, types, strict=True)
        )

    fit_network(network, batches.map(rows_of), updates, loss)


def readable_images(images: Any) -> np.ndarray:
    """Images or videos as one small network reads them: frames lie side by side in the channels.

    Args:
        images: [N, H, W, C], or videos [N, T, H, W, C]; see
            `keras_infogan.runtime.images.checked_images`.

    Returns:
        uint8, or float32 in [0, 1], [N, H, W, C] or [N, H, W, T x C].

    Raises:
        TypeError, ValueError: as for `checked_images`.

    Examples:
        >>> readable_images(np.zeros([2, 4, 32, 32, 3], np.uint8)).shape
        (2, 32, 32, 12)
    """
    shape = np.shape(images)
    return frames_in_channels(
        checked_images(images, shape[1:] if len(shape) == VIDEO_RANK else None)
    )


def outputs_for(network: keras.Model, images: Any) -> np.ndarray:
    """A network's outputs in inference mode for any number of images or videos, float32 [N, K].

    Examples:
        >>> network = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(3)])
        >>> outputs_for(network, images).shape
        (64, 3)
    """
    return np.concatenate(
        [
            network.predict_on_batch(unit_batch(batch))
            for batch in image_batches(readable_images(images))
        ]
    )


def unit_batch(images: np.ndarray) -> np.ndarray:
    """Images of `checked_images` as float32 in [0, 1].

    Examples:
        >>> unit_batch(np.full([1, 8, 8, 1], 51, np.uint8)).max()
        np.float32(0.2)
    """
    white = BYTE_MAXIMUM if images.dtype == np.uint8 else UNIT_WHITE
    return images / np.float32(white)


def _spec(array: np.ndarray) -> tf.TensorSpec:
    return tf.TensorSpec([None, *array.shape[1:]], array.dtype)
