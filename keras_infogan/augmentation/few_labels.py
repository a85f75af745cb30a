"""A few labeled images, and a classifier trained on them with or without generated images."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from keras_infogan.metrics import Extractor, build_classifier, fit_classifier, image_batches

BATCH_SIZE = 64

LabeledArrays = tuple[np.ndarray, np.ndarray]  # uint8 [N, H, W, C] and int [N]


def draw_labeled(labels: Any, per_class: int, seed: Any = 0) -> np.ndarray:
    """Draws the same number of images of each class.

    Draws with one seed are nested: the 5 per class are among the 10 per class.

    Args:
        labels: int [N], the classes.
        per_class: images per class, at least 1.
        seed: int or ints, as `numpy.random.default_rng` takes them.

    Returns:
        int64 [per_class x K], rows without repetition, class by class.

    Raises:
        ValueError: fewer than two classes, or a class with fewer images.

    Examples:
        >>> rows = draw_labeled([0, 1, 0, 1], per_class=1, seed=0)
        >>> (rows % 2).tolist()   # a row of each class
        [0, 1]
    """
    labels = np.asarray(labels)
    classes, counts = np.unique(labels, return_counts=True)
    if len(classes) < 2:
        raise ValueError(f"`labels` should be of two classes at least. Received: {classes}")
    if not 1 <= per_class <= counts.min():
        raise ValueError(
            f"`per_class` should be from 1 to {counts.min()}, the images of class "
            f"{classes[counts.argmin()]}. Received: per_class={per_class}"
        )
    generator = np.random.default_rng(seed)
    rows = [generator.permutation(np.flatnonzero(labels == each)) for each in classes]
    return np.concatenate([some[:per_class] for some in rows])


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
        >>> rows = draw_labeled(labels, per_class=2)
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
