"""Images in the public API (float32 in [0, 1], channels last), and tiles of images."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

BYTE_MAXIMUM = 255.0
GAP_GRAY = 0.5
Shape = tuple[int, int, int]


def unit_images(images: tf.Tensor) -> tf.Tensor:
    """Images as float32: ints are divided by 255, floats should be in [0, 1] already."""
    images = tf.convert_to_tensor(images)  # a step that runs eagerly receives NumPy arrays
    if images.dtype.is_integer:
        return tf.cast(images, tf.float32) / BYTE_MAXIMUM
    return tf.cast(images, tf.float32)


def unit_source(source: Any, image_shape: Shape, labeled: bool = False) -> Any:
    """The input of `fit`, with every image in [0, 1] or uint8.

    Args:
        source: images [N, H, W, C] as an array or tensor, or a tf.data.Dataset of batches of
            them, alone or first in a tuple (the rest, such as labels, is dropped). Floats over 1
            mean a range of [0, 255], as `image_dataset_from_directory` yields them.
        image_shape: (H, W, C) that the model was built for.
        labeled: whether a dataset's labels, second in its tuples, are needed and kept.

    Returns:
        The source, scaled where needed. Anything else (a generator, a PyDataset) is passed on.

    Raises:
        ValueError: another shape, no images, a negative or non-finite value, or one over 255.
        TypeError: images that are not numbers.

    Examples:
        >>> float(unit_source(np.full([8, 28, 28, 1], 255.0), (28, 28, 1)).max())
        1.0
    """
    if isinstance(source, tf.data.Dataset):
        return _unit_dataset(source, image_shape, labeled)
    if isinstance(source, (np.ndarray, tf.Tensor, list)):
        images = np.asarray(source)
        return (
            images / _scale(images, image_shape)
            if images.dtype.kind == "f"
            else _checked(images, image_shape)
        )
    return source


def tile(images: np.ndarray, columns: int, gap: int = 0) -> np.ndarray:
    """One picture of many, row by row: [R x columns, H, W, C] -> [R x H, columns x W, C].

    Args:
        images: [N, H, W, C], N a multiple of `columns`.
        columns: images per row.
        gap: gray pixels to the right of and below each image, which add to H and W.

    Raises:
        ValueError: N is not a multiple of `columns`.

    Examples:
        >>> tile(np.zeros([6, 28, 28, 1]), columns=3).shape
        (56, 84, 1)
    """
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


def _unit_dataset(dataset: tf.data.Dataset, image_shape: Shape, labeled: bool) -> tf.data.Dataset:
    kept = 2 if labeled else 1
    if labeled and not (isinstance(dataset.element_spec, tuple) and len(dataset.element_spec) > 1):
        raise ValueError(
            f"The dataset should yield images and their labels. Received: {dataset.element_spec}"
        )

    def first(*element: Any) -> Any:
        return element[:kept] if labeled else element[0]

    dataset = dataset.map(first)
    spec = tf.nest.flatten(dataset.element_spec)[0]
    if spec.dtype.is_integer:
        _check_shape(spec.shape, image_shape)
        return dataset
    batch = next(iter(dataset.take(1)), None)
    if batch is None:
        raise ValueError("The dataset should hold images. Received: an empty dataset")
    scale = _scale(tf.nest.flatten(batch)[0].numpy(), image_shape)

    def scaled(images: tf.Tensor, *labels: tf.Tensor) -> Any:
        images = tf.cast(images, tf.float32) / scale
        return (images, *labels) if labels else images

    return dataset.map(scaled)


def _scale(images: np.ndarray, image_shape: Shape) -> np.floating:
    """1 for floats in [0, 1], 255 for floats in [0, 255]."""
    _check_shape(images.shape, image_shape)
    low, high = float(images.min()), float(images.max())
    if not (0.0 <= low and high <= BYTE_MAXIMUM):  # also false for NaN
        raise ValueError(
            f"Images should be in [0, 1] or [0, 255]. Received: values from {low:g} to {high:g}"
        )
    return np.float32(1.0 if high <= 1.0 else BYTE_MAXIMUM)


def _checked(images: np.ndarray, image_shape: Shape) -> np.ndarray:
    if images.dtype != np.uint8:
        raise TypeError(f"Images should be uint8 or floats. Received: dtype {images.dtype}")
    _check_shape(images.shape, image_shape)
    return images


def _check_shape(shape: Any, image_shape: Shape) -> None:
    shape = tuple(shape)
    if shape[1:] != tuple(image_shape):
        raise ValueError(
            f"Images should have shape [batch, {', '.join(map(str, image_shape))}]. "
            f"Received: {list(shape)}"
        )
    if shape[0] == 0:
        raise ValueError(f"There should be at least one image. Received: shape {list(shape)}")
