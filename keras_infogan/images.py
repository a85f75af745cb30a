"""Images inside the package (float32 in [0, 1], channels last), and tiles of images."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from keras_infogan.runtime.images import BYTE_MAXIMUM
from keras_infogan.runtime.types import Tensor

GAP_GRAY = 0.5
VIDEO_RANK = 5  # [N, T, H, W, C]
PNG_CHANNELS = (1, 2, 3, 4)  # gray, gray with alpha, color, color with alpha


def unit_images(images: Tensor) -> Tensor:
    """Images as float32: ints are divided by 255, floats should be in [0, 1] already.

    It looks at the dtype alone, for images that `runtime.images.checked_images` has seen.
    """
    images = tf.convert_to_tensor(images)  # a step that runs eagerly receives NumPy arrays
    if images.dtype.is_integer:
        return tf.cast(images, tf.float32) / BYTE_MAXIMUM
    return tf.cast(images, tf.float32)


def strips(images: Any) -> Any:
    """Videos [N, T, H, W, C] as images [N, H, T x W, C], frame next to frame; images as they are.

    Args:
        images: an array or a tensor.

    Examples:
        >>> strips(np.zeros([6, 4, 32, 28, 1])).shape
        (6, 32, 112, 1)
    """
    if len(images.shape) != VIDEO_RANK:
        return images
    _, frames, height, width, channels = images.shape
    return _rearranged(images, (0, 2, 1, 3, 4), (-1, height, frames * width, channels))


def frames_in_channels(images: Any) -> Any:
    """Videos [N, T, H, W, C] as images [N, H, W, T x C]; images as they are.

    Of arrays and of tensors.

    Examples:
        >>> frames_in_channels(np.zeros([6, 4, 32, 28, 3])).shape
        (6, 32, 28, 12)
    """
    if len(images.shape) != VIDEO_RANK:
        return images
    _, frames, height, width, channels = images.shape
    return _rearranged(images, (0, 2, 3, 1, 4), (-1, height, width, frames * channels))


def _rearranged(images: Any, axes: tuple[int, ...], shape: tuple[int, ...]) -> Any:
    """The axes in another order, and then another shape, of an array or a tensor."""
    module = np if isinstance(images, np.ndarray) else keras.ops
    return module.reshape(module.transpose(images, axes), shape)


def tile(images: np.ndarray, columns: int, gap: int = 0) -> np.ndarray:
    """One picture of many, row by row: [R x columns, H, W, C] -> [R x H, columns x W, C].

    Args:
        images: [N, H, W, C], N a multiple of `columns`; a video becomes a strip of its frames.
        columns: images per row.
        gap: gray pixels to the right of and below each image, which add to H and W.

    Raises:
        ValueError: N is not a multiple of `columns`.

    Examples:
        >>> tile(np.zeros([6, 28, 28, 1]), columns=3).shape
        (56, 84, 1)
    """
    images = strips(images)
    count, height, width, channels = images.shape
    if count % columns:
        raise ValueError(
            f"{count} images do not fill rows of {columns}. Received: columns={columns}"
        )
    images = np.pad(images, [(0, 0), (0, gap), (0, gap), (0, 0)], constant_values=GAP_GRAY)
    height, width = height + gap, width + gap
    grid = images.reshape(count // columns, columns, height, width, channels)
    return grid.transpose(0, 2, 1, 3, 4).reshape(-1, columns * width, channels)


def encode_png(image: Any) -> tf.Tensor:
    """A float image [H, W, C] in [0, 1] as the bytes of an 8-bit PNG, a scalar string tensor.

    Examples:
        >>> encode_png(tf.zeros([28, 28, 1])).numpy()[1:4]
        b'PNG'
    """
    return tf.io.encode_png(tf.image.convert_image_dtype(image, tf.uint8, saturate=True))
