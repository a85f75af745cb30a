"""A few labeled images, and a classifier trained on them with or without generated images."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from keras_infogan.metrics import Extractor, build_classifier, fit_classifier, image_batches

BATCH_SIZE = 64

LabeledArrays = tuple[np.ndarray, np.ndarray]  # uint8 [N, H, W, C] and int [N]


def train_on_few_labels(
    real: LabeledArrays,
    generated: LabeledArrays | None,
    class_count: int,
    updates: int,
    seed: int = 0,
) -> Extractor:
    """Trains a classifier on a few labeled images, alone or together with generated images.

    In both cases it has the same network, the same initial weights and the same number of updates,
    on batches of 64: of real images alone, or of 32 real and 32 generated images. So the few real
    images have the same total weight as the many generated ones. Within each kind, all images are
    used equally often.

    Args:
        real: images, uint8 [N, H, W, C], and their classes, int [N].
        generated: the same for generated images; None uses real images alone.
        class_count: K; classes are 0 to K - 1.
        updates: int >= 1.
        seed: int, of the initial weights, of dropout and of the order.

    Returns:
        The classifier as an extractor; its `model` can be saved.

    Raises:
        ValueError: images of fewer than 4 pixels, or fewer than two classes.

    Examples:
        >>> rows = infogan.datasets.draw_labeled(labels, per_class=2)
        >>> few = images[rows], labels[rows]
        >>> classifier = train_on_few_labels(few, None, 10, updates=2)
        >>> 0.0 <= accuracy(classifier, images, labels) <= 1.0
        True
    """
    network = build_classifier("few_labels", real[0].shape[1:], class_count, seed)
    sources = [_shuffled(some, seed) for some in (real, generated) if some is not None]
    turns = tf.data.Dataset.range(len(sources)).repeat()
    mixed = tf.data.Dataset.choose_from_datasets(sources, turns)
    fit_classifier(network, mixed.batch(BATCH_SIZE).take(updates), updates)
    return Extractor(network.name, network)


def accuracy(classifier: Extractor, images: np.ndarray, labels: Any) -> float:
    """The share of images [N, H, W, C] whose predicted class is their label, int [N]."""
    answers = [
        np.asarray(classifier(batch).probabilities).argmax(axis=1)
        for batch in image_batches(images)
    ]
    return float(np.mean(np.concatenate(answers) == labels))


def _shuffled(some: LabeledArrays, seed: int) -> tf.data.Dataset:
    """An endless sequence of single images; none is repeated before all were used."""
    images, labels = some
    dataset = tf.data.Dataset.from_tensor_slices((images, labels.astype(np.int64)))
    return dataset.shuffle(len(images), seed=seed).repeat()
