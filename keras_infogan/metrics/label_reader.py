"""A small network that reads all labels from an image, so that generated ones can be checked."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from keras_infogan.metrics.classifier import build_classifier, logits_model
from keras_infogan.metrics.fitting import fit_reader, outputs_for, readable_images

UPDATES, EPOCHS = 800, 30  # whichever ends first
SMALLEST_OUTPUT = 2  # of `build_classifier`


class LabelReader:
    """Reads labels from images or videos: the most probable value under a softmax of each label.

    It says what an image shows. If it was trained on real images alone, then "the image shows the
    color that the text names" becomes a number.

    Args:
        network: a Keras model images [B, H, W, C] -> logits [B, total of `sizes`], label after
            label. The frames of a video lie side by side in the channels.
        sizes: label name -> number of its values, in the order of the logits.

    Examples:
        >>> network = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(5)])
        >>> read = LabelReader(network, {"shape": 3, "color": 2}).read(images)
        >>> {name: values.shape for name, values in read.items()}
        {'shape': (64,), 'color': (64,)}
    """

    def __init__(self, network: keras.Model, sizes: Mapping[str, int]):
        self.network = network
        self.sizes = dict(sizes)

    def read(self, images: Any) -> dict[str, np.ndarray]:
        """The labels that images show.

        Args:
            images: [N, H, W, C], or videos [N, T, H, W, C], as the reader was trained on; see
                `keras_infogan.runtime.images.checked_images`.

        Returns:
            Label name -> int64 [N].
        """
        logits = outputs_for(self.network, images)
        ends = np.cumsum(list(self.sizes.values()))
        return {
            name: np.argmax(logits[:, end - size : end], axis=1)
            for (name, size), end in zip(self.sizes.items(), ends, strict=True)
        }

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the network to a .keras file, with an output for each label."""
        logits = self.network.output
        outputs, start = {}, 0
        for name, size in self.sizes.items():
            outputs[name] = logits[:, start : start + size]
            start += size
        keras.Model(self.network.input, outputs).save(path)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> LabelReader:
        """The reader that `save` wrote.

        Raises:
            ValueError: the file is damaged, or holds another model.
        """
        try:
            network = keras.saving.load_model(path, compile=False)
        except Exception as error:  # zipfile, h5py and Keras each raise their own kinds
            raise ValueError(f"{path} is damaged or holds no Keras model: {error}") from error
        outputs = getattr(network, "output", None)
        if not isinstance(outputs, dict):
            raise ValueError(
                f"`path` should name a reader of labels. Received: {path}, another model"
            )
        parts = list(outputs.values())
        logits = keras.ops.concatenate(parts, axis=-1)
        sizes = {name: int(each.shape[-1]) for name, each in outputs.items()}
        return cls(keras.Model(network.input, logits), sizes)


def train_label_reader(
    images: Any,
    labels: Mapping[str, Any],
    seed: int = 0,
    *,
    updates: int = UPDATES,
    epochs: int = EPOCHS,
    batch_size: int = 128,
) -> LabelReader:
    """Trains a reader on labeled images or videos.

    The network is that of `build_classifier`. Its loss is the sum of the cross entropies of all
    labels; Adam, with a cosine schedule from 2e-3 to 0.

    Args:
        images: [N, H, W, C], or videos [N, T, H, W, C], of at least 4 pixels either way.
        labels: name -> int [N], values from 0; the largest gives the number of values.
        seed: int, of the initial weights, of dropout and of the order.
        updates, epochs: of the training, whichever ends first.
        batch_size: at most N.

    Raises:
        TypeError: images that are not numbers.
        ValueError: no labels; labels that are no integers from 0 on, one for each image; images of
            another shape or range; or a number below 1.

    Examples:
        >>> reader = train_label_reader(images, {"digit": labels}, epochs=1)
        >>> reader.read(images[:8])["digit"].shape
        (8,)
    """
    images = readable_images(images)
    truth = _checked_labels(labels, len(images))
    sizes = {name: int(values.max()) + 1 for name, values in truth.items()}
    total = max(SMALLEST_OUTPUT, sum(sizes.values()))
    network = logits_model(build_classifier("label_reader", images.shape[1:], total, seed))

    def loss(values: Any, logits: Any) -> Any:
        ends = np.cumsum(list(sizes.values()))
        return tf.add_n(
            [
                tf.nn.sparse_softmax_cross_entropy_with_logits(
                    tf.cast(values[:, index], tf.int64), logits[:, end - size : end]
                )
                for index, (size, end) in enumerate(zip(sizes.values(), ends, strict=True))
            ]
        )

    columns = np.stack(list(truth.values()), axis=1)
    limits = {"updates": updates, "epochs": epochs, "batch_size": batch_size}
    fit_reader(network, images, columns, loss, seed=seed, **limits)
    return LabelReader(network, sizes)


def _checked_labels(labels: Mapping[str, Any], count: int) -> dict[str, np.ndarray]:
    truth = {name: np.asarray(values) for name, values in labels.items()}
    for name, values in truth.items():
        if values.dtype.kind not in "iu" or values.shape != (count,) or values.min() < 0:
            raise ValueError(
                f"Each label should be integers from 0 on, one for each of {count} images. "
                f"Received: {name!r}, {values.dtype} {list(values.shape)}"
            )
    if not truth:
        raise ValueError("There should be a label to read. Received: none")
    return {name: values.astype(np.int64) for name, values in truth.items()}
