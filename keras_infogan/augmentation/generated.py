"""Images of every value of a code, their classes, and a TFDS dataset of them."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
import tensorflow_datasets as tfds

from keras_infogan.augmentation.matching import UNMATCHED
from keras_infogan.models import InfoGAN

DATASET = "generated"
VERSION = "1.0.0"
_BLOCK = 1000  # images whose PNGs are made at a time


def generate_values(
    model: InfoGAN, code: str, value_count: int, per_value: int, seed: int = 0
) -> np.ndarray:
    """Generates images of each value of a categorical code; all other latents are random.

    Args:
        model: an `InfoGAN`.
        code: name of the code.
        value_count: V; values are 0 to V - 1.
        per_value: images per value, int >= 1.
        seed: int; equal seeds give equal images.

    Returns:
        uint8 [V, per_value, H, W, C].

    Raises:
        ValueError: an unknown code, or fewer than one image.

    Examples:
        >>> generate_values(model, "digit", 10, 2).shape
        (10, 2, 28, 28, 1)
    """
    made = []
    for value in range(value_count):
        images = model.sample(per_value, {code: value}, seed * value_count + value)
        made.append(tf.image.convert_image_dtype(images, tf.uint8, saturate=True).numpy())
    return np.stack(made)


def label_images(images: np.ndarray, matching: Any) -> tuple[np.ndarray, np.ndarray]:
    """Labels generated images with the classes of their values; leaves out unmatched values.

    Args:
        images: [V, P, H, W, C], as `generate_values` makes them.
        matching: the class of each value, int [V], or `UNMATCHED`.

    Returns:
        Images [N, H, W, C] and their classes, int64 [N].

    Examples:
        >>> label_images(np.zeros([2, 3, 8, 8, 1], np.uint8), [1, 0])[1].tolist()
        [1, 1, 1, 0, 0, 0]
    """
    matching = np.asarray(matching, np.int64)
    used = matching != UNMATCHED
    kept = images[used]
    return kept.reshape(-1, *images.shape[2:]), np.repeat(matching[used], images.shape[1])


def write_dataset(
    directory: Path, images: np.ndarray, labels: np.ndarray, class_count: int
) -> Path:
    """Writes labeled images as a dataset that TFDS reads: one split, "train", shuffled.

    Args:
        directory: the `data_dir` for TFDS. A dataset in it stays as it is.
        images: uint8 [N, H, W, C].
        labels: their classes, int [N].
        class_count: of the feature `label`; `image` is the other feature.

    Returns:
        The dataset's own directory, for `tfds.builder_from_directory`.

    Raises:
        OSError: the directory cannot be written.

    Examples:
        >>> write_dataset(Path("dataset"), images, labels, 10).relative_to("dataset").parts[0]
        'generated'
        >>> infogan.datasets.load_images("generated", "train", "dataset").images.shape
        (64, 28, 28, 1)
    """
    path = directory / DATASET / VERSION
    if path.is_dir():
        return path
    features = tfds.features.FeaturesDict(
        {
            "image": tfds.features.Image(shape=images.shape[1:]),
            "label": tfds.features.ClassLabel(num_classes=class_count),
        }
    )
    said = io.StringIO()  # TFDS's output about a download; there is none
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        tfds.dataset_builders.store_as_tfds_dataset(
            name=DATASET,
            version=VERSION,
            features=features,
            split_datasets={"train": _examples(images, labels)},
            data_dir=directory,
            description="Images that a generator made, by the class of their categorical code.",
        )
    return path


def _examples(images: np.ndarray, labels: np.ndarray) -> Iterator[tuple[int, dict[str, Any]]]:
    for start in range(0, len(images), _BLOCK):
        encoded = tf.io.encode_png(images[start : start + _BLOCK]).numpy()
        for row, image in enumerate(encoded, start=start):
            yield row, {"image": image, "label": int(labels[row])}
