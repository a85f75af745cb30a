"""Keras's Inception v3 as an extractor."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from keras_infogan.metrics.extractor import FEATURES, PROBABILITIES, Extractor

NAME = "inception_v3_keras"
IMAGE_SIZE = (299, 299)
POOLED_LAYER = "avg_pool"
# Keras has no special error type for either.
_FAILED_DOWNLOADS = ("URL fetch failure", "Incomplete or corrupted file")


def inception_v3() -> Extractor:
    """The extractor "inception_v3_keras": Inception v3 with Keras's ImageNet weights.

    Features are the 2048 of the last average pooling, probabilities those of 1000 classes. Gray
    images are repeated to three channels; all are resized to 299 x 299 (bilinear, with
    antialiasing) and mapped to [-1, 1].

    The Frechet distance of Heusel et al. 2017 (arXiv:1706.08500), known as FID, uses other weights
    (of 2015, with 1008 classes, and another pooling at borders) and another resizing. Compare
    scores of this extractor with each other, never with published FIDs.

    Returns:
        The extractor of images [B, H, W, 1] or [B, H, W, 3]. Its weights, 96 MB, are downloaded
        once, to ~/.keras/models.

    Raises:
        OSError: the weights are missing and cannot be downloaded.

    Examples:
        >>> inception_v3()(np.zeros([1, 32, 32, 3])).features.shape   # doctest: +SKIP
        (1, 2048)
    """
    try:
        network = keras.applications.InceptionV3(weights="imagenet")
    except Exception as error:  # Keras reports a failed download as a plain Exception
        if not str(error).startswith(_FAILED_DOWNLOADS):
            raise
        raise OSError(
            "The ImageNet weights of Inception v3 should be in ~/.keras/models, or it should be "
            f"possible to download them. Received: {error}"
        ) from error
    outputs = {
        FEATURES: network.get_layer(POOLED_LAYER).output,
        PROBABILITIES: network.output,
    }
    return Extractor(NAME, keras.Model(network.inputs, outputs), inception_inputs)


def inception_inputs(images: Any) -> Any:
    """Images [B, H, W, 1 or 3] in [0, 1] as Inception v3 takes them: [B, 299, 299, 3] in [-1, 1].

    Raises:
        ValueError: neither one channel nor three.

    Examples:
        >>> inception_inputs(np.ones([2, 28, 28, 1])).shape
        TensorShape([2, 299, 299, 3])
    """
    images = tf.convert_to_tensor(images, tf.float32)
    channels = images.shape[-1]
    if channels not in (1, 3):
        raise ValueError(f"`images` should have 1 or 3 channels. Received: {channels}")
    colored = tf.repeat(images, 3 // channels, axis=-1)
    return 2.0 * tf.image.resize(colored, IMAGE_SIZE, antialias=True) - 1.0
