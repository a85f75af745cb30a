"""A small classifier of the data, as an extractor for images unlike those of Inception."""

from __future__ import annotations

import os

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from keras_infogan.metrics.extractor import FEATURES, PROBABILITIES, Extractor
from keras_infogan.metrics.fitting import fit_network
from keras_infogan.networks.blocks import DATA_FORMAT, batch_normalization
from keras_infogan.runtime.arguments import checked_count
from keras_infogan.runtime.files import user_path
from keras_infogan.runtime.images import checked_images

FEATURE_COUNT = 128
LOGITS = "logits"
DROPOUT = 0.3
MINIMUM_SIZE = 4  # pixels: two convolutions halve the image

Shape = tuple[int, int, int]


def build_classifier(
    name: str, image_shape: Shape, class_count: int, seed: int = 0, dropout: float = DROPOUT
) -> keras.Model:
    """A Keras model of two convolutions and a layer of 128 features, untrained.

    Args:
        name: of the model, and of its extractor.
        image_shape: (H, W, C), H and W of at least 4.
        class_count: K, at least 2.
        seed: int, of the initial weights and of dropout.
        dropout: share of the inputs of the last two layers that is dropped in training.

    Returns:
        A model from float32 images [B, H, W, C] in [0, 1] to {"features": [B, 128],
        "probabilities": [B, K]}, both float32.

    Raises:
        ValueError: smaller images, or fewer classes.

    Examples:
        >>> classifier = build_classifier("digits", (28, 28, 1), 10)
        >>> classifier(np.zeros([2, 28, 28, 1]))["features"].shape
        TensorShape([2, 128])
    """
    if min(image_shape[:2]) < MINIMUM_SIZE or class_count < 2:
        raise ValueError(
            f"`image_shape` should be of {MINIMUM_SIZE} pixels at least either way, and "
            "`class_count` at least 2. "
            f"Received: image_shape={tuple(image_shape)}, class_count={class_count}"
        )

    def kernel() -> keras.initializers.Initializer:
        return keras.initializers.GlorotUniform(seed)

    convolution = {"padding": "same", "data_format": DATA_FORMAT, "activation": "relu"}
    images = layers.Input(image_shape)
    hidden = layers.Conv2D(32, 5, 2, **convolution, kernel_initializer=kernel())(images)
    hidden = batch_normalization()(hidden)
    hidden = layers.Conv2D(64, 3, 2, **convolution, kernel_initializer=kernel())(hidden)
    hidden = batch_normalization()(hidden)
    hidden = layers.Dropout(dropout, seed=seed)(layers.Flatten(DATA_FORMAT)(hidden))
    features = layers.Dense(
        FEATURE_COUNT, "relu", kernel_initializer=kernel(), dtype="float32", name=FEATURES
    )(hidden)
    hidden = layers.Dropout(dropout, seed=seed + 1)(features)
    logits = layers.Dense(class_count, kernel_initializer=kernel(), dtype="float32", name=LOGITS)(
        hidden
    )
    probabilities = layers.Softmax(dtype="float32", name=PROBABILITIES)(logits)
    return keras.Model(images, {FEATURES: features, PROBABILITIES: probabilities}, name=name)


def train_classifier(
    name: str,
    images: np.ndarray,
    labels: np.ndarray,
    *,
    epochs: int = 3,
    batch_size: int = 128,
    seed: int = 0,
    verbose: int = 0,
) -> Extractor:
    """Trains a classifier on labeled images, whose features can score generated images.

    Adam, with a cosine schedule from 2e-3 to 0. Two classifiers give two scales: keep one
    (`extractor.model.save("NAME.keras")`) for all scores that you compare. On MNIST its test
    accuracy is 0.99, after about a minute on one processor core.

    Args:
        name: of the extractor, such as "mnist_classifier".
        images: [N, H, W, C], see `keras_infogan.runtime.images.checked_images`.
        labels: int [N], classes from 0; the largest gives the number of classes.
        epochs, batch_size: of the training; batches are at most N.
        seed: int, of the initial weights, of dropout and of the order.
        verbose: as of Keras's `fit`.

    Returns:
        The extractor; its `model` can be saved as a .keras file, and `load_classifier` reads it.

    Raises:
        TypeError: images that are not numbers.
        ValueError: images and labels of other shapes or lengths, images that are NaN or out of
            range, labels of one class only, or `epochs` or `batch_size` below 1.

    Examples:
        >>> classifier = train_classifier("digits", images, labels, epochs=1, batch_size=32)
        >>> classifier.model.save("digits.keras")
    """
    checked_count("epochs", epochs, 1)
    checked_count("batch_size", batch_size, 1)
    images, labels = checked_images(images), np.asarray(labels)
    _check_labels(labels, len(images))
    network = build_classifier(name, images.shape[1:], int(labels.max()) + 1, seed)
    batch_size = min(batch_size, len(images))
    updates = epochs * (len(images) // batch_size)
    batches = (
        tf.data.Dataset.from_tensor_slices((images, labels))
        .shuffle(len(images), seed=seed)
        .batch(batch_size, drop_remainder=True)
    )
    fit_classifier(network, batches, updates, epochs=epochs, verbose=verbose)
    return Extractor(name, network)


def fit_classifier(
    network: keras.Model,
    batches: tf.data.Dataset,
    updates: int,
    *,
    epochs: int = 1,
    verbose: int = 0,
) -> None:
    """Trains a model of `build_classifier`: Adam, with a cosine schedule from 2e-3 to 0.

    Args:
        network: the classifier; its weights change.
        batches: of images [B, H, W, C], uint8 or floats in [0, 1], and labels int [B].
        updates: number of updates: batches times epochs.
        epochs: passes over the batches.
        verbose: as of Keras's `fit`.

    Examples:
        >>> batches = tf.data.Dataset.from_tensor_slices((images, labels)).batch(32)
        >>> fit_classifier(build_classifier("digits", (28, 28, 1), 10), batches, updates=2)
    """
    fit_network(
        logits_model(network),
        batches,
        updates,
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        epochs=epochs,
        metrics=["accuracy"],
        verbose=verbose,
    )


def logits_model(network: keras.Model) -> keras.Model:
    """The part of a model of `build_classifier` up to its last layer of numbers, [B, K].

    Examples:
        >>> logits_model(build_classifier("digits", (28, 28, 1), 10)).output_shape
        (None, 10)
    """
    return keras.Model(network.inputs, network.get_layer(LOGITS).output)


def load_classifier(path: str | os.PathLike[str]) -> Extractor:
    """The extractor of a saved classifier, with the name that it was trained with.

    Raises:
        OSError: there is no such file.
        ValueError: the file is damaged, or holds another model.

    Examples:
        >>> build_classifier("digits", (28, 28, 1), 10).save("digits.keras")
        >>> load_classifier("digits.keras").name
        'digits'
    """
    path = user_path(path)
    if not path.is_file():
        raise OSError(f"`path` should name a saved classifier. Received: {path}, which is no file")
    try:
        network = keras.saving.load_model(path, compile=False)
    except Exception as error:  # zipfile, h5py and Keras each raise their own kinds
        raise ValueError(f"{path} is damaged or holds no Keras model: {error}") from error
    names = getattr(network, "output_names", [])  # a Sequential has none
    if set(names) != {FEATURES, PROBABILITIES}:
        raise ValueError(
            f"`path` should name a classifier with the outputs {FEATURES!r} and "
            f"{PROBABILITIES!r}. Received: {path}, whose outputs are {names}"
        )
    return Extractor(network.name, network)


def _check_labels(labels: np.ndarray, count: int) -> None:
    if labels.shape != (count,):
        raise ValueError(
            f"`labels` should have shape [{count}], one for each image. "
            f"Received: shape {list(labels.shape)}"
        )
    are_integers = labels.dtype.kind in "iu"
    if not are_integers or labels.min() < 0 or not labels.max():
        span = f", from {labels.min()} to {labels.max()}" if are_integers else ""
        raise ValueError(
            "`labels` should be integers from 0 on, of two classes at least. "
            f"Received: dtype {labels.dtype}{span}"
        )
