"""A small network that reads the places of keypoints from an image."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from keras_infogan.metrics.classifier import build_classifier, logits_model
from keras_infogan.metrics.fitting import fit_reader, outputs_for, readable_images

UPDATES, EPOCHS = 1500, 60  # whichever ends first


class KeypointReader:
    """Reads keypoints from images.

    Args:
        network: a Keras model images [B, H, W, C] -> [B, 2 K]: row and column of each keypoint, in
            shares of the image's height and width.
        image_shape: (H, W, C).

    Examples:
        >>> network = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10)])
        >>> KeypointReader(network, (28, 28, 1)).read(images).shape
        (64, 5, 2)
    """

    def __init__(self, network: keras.Model, image_shape: tuple[int, ...]):
        self.network = network
        self.size = np.array(image_shape[:2], np.float32)

    def read(self, images: Any) -> np.ndarray:
        """The keypoints, float32 [N, K, 2]: rows and columns in pixels, inside the image.

        Args:
            images: [N, H, W, C], see `keras_infogan.runtime.images.checked_images`.
        """
        # Far from what it was trained on, a network without bounds gives any number.
        shares = np.clip(outputs_for(self.network, images), 0.0, 1.0)
        return shares.reshape(len(images), -1, 2) * self.size


def train_keypoint_reader(
    images: Any,
    keypoints: Any,
    seed: int = 0,
    *,
    updates: int = UPDATES,
    epochs: int = EPOCHS,
    batch_size: int = 128,
) -> KeypointReader:
    """Trains a reader on images with known keypoints.

    The network is that of `build_classifier`, without dropout. Its loss is the mean absolute
    difference of the coordinates; Adam, with a cosine schedule from 2e-3 to 0.

    Args:
        images: [N, H, W, C], of at least 4 pixels either way.
        keypoints: numbers [N, K, 2]: row and column of each keypoint in pixels.
        seed: int, of the initial weights and of the order.
        updates, epochs: of the training, whichever ends first.
        batch_size: at most N.

    Raises:
        TypeError: images that are not numbers.
        ValueError: keypoints of another shape, images of another shape or range, or a number below
            1.

    Examples:
        >>> reader = train_keypoint_reader(images, np.zeros([64, 5, 2]), epochs=1)
        >>> reader.read(images[:8]).shape
        (8, 5, 2)
    """
    images, keypoints = readable_images(images), np.asarray(keypoints, np.float32)
    if keypoints.ndim != 3 or keypoints.shape[::2] != (len(images), 2) or not keypoints.size:
        raise ValueError(
            f"`keypoints` should have shape [{len(images)}, K, 2]. "
            f"Received: {list(keypoints.shape)}"
        )
    shape = images.shape[1:]
    targets = (keypoints / np.array(shape[:2], np.float32)).reshape(len(images), -1)
    network = logits_model(
        build_classifier("keypoint_reader", shape, targets.shape[1], seed, dropout=0.0)
    )
    limits = {"updates": updates, "epochs": epochs, "batch_size": batch_size}
    fit_reader(network, images, targets, keras.losses.MeanAbsoluteError(), seed=seed, **limits)
    return KeypointReader(network, shape)
