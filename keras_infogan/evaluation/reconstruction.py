"""The group `reconstruction`: how well G makes an image again from what an encoder read."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from keras_infogan.evaluation.subject import NO_TRAINING, EvaluationResult, Progress, Subject
from keras_infogan.metrics import image_batches
from keras_infogan.metrics.fitting import fit_reader, outputs_for, unit_batch
from keras_infogan.models.variants import BiGAN
from keras_infogan.runtime.images import BYTE_WHITE, UNIT_WHITE, checked_images, unit_array

UPDATES, BATCH = 1000, 128  # of the autoencoder
BOTTLENECK = "tanh"
NO_ENCODER = "the model has no encoder of noise and codes"


def measure_reconstruction(subject: Subject, result: EvaluationResult, progress: Progress) -> None:
    """The mean squared error of G(E(x)) on the test images, in units of white squared.

    `.../autoencoder` is that of a plain autoencoder of the same architecture, which is trained for
    this error, and `.../mean_image` that of the mean training image for every test image. The three
    lie between the best and the worst that can be expected.
    """
    model = subject.model
    reasons = {
        NO_ENCODER: not isinstance(model, BiGAN),
        NO_TRAINING: subject.training is None,
    }
    if result.leaves_out("reconstruction", reasons):
        return
    training = subject.training_images
    assert isinstance(model, BiGAN) and training
    targets = unit_array(subject.images, model.image_shape)
    autoencoder = train_autoencoder(model, training.images, subject.seed, UPDATES)
    progress(0.9)
    mean_image = training.images.mean(axis=0, dtype=np.float64) / BYTE_WHITE
    made = {
        "": reconstruct(model, subject.images),
        "/autoencoder": outputs_for(autoencoder, subject.images),
        "/mean_image": mean_image.astype(np.float32),
    }
    axes = tuple(range(1, targets.ndim))
    for suffix, images in made.items():
        errors = np.square(images - targets).mean(axis=axes)
        result.add_mean(f"reconstruction_error{suffix}", errors, 0.0, subject.seed)


def reconstruct(model: BiGAN, images: np.ndarray) -> np.ndarray:
    """G(E(x)), float32 [N, H, W, C] in [0, 1], of images as `InfoGAN.recognize` takes them."""
    return np.concatenate(
        [
            model.sampling_generator(model.encode(unit_batch(batch)), training=False).numpy()
            for batch in image_batches(checked_images(images, model.image_shape))
        ]
    )


def train_autoencoder(
    model: BiGAN, images: np.ndarray, seed: int = 0, updates: int = UPDATES
) -> keras.Model:
    """Trains an autoencoder with the networks of a BiGAN, from new weights.

    The encoder and the generator have the BiGAN's architectures. Between them lies one layer with
    a tanh, as wide as the BiGAN's latents. It minimizes the mean squared error by 1,000 updates on
    128 images each: Adam, with a cosine schedule from 2e-3 to 0.

    Args:
        model: the BiGAN; it does not change.
        images: uint8 or floats in [0, 1], [N, H, W, C].
        seed: int, of the order.
        updates: of the training.

    Returns:
        A Keras model from images to images, float32 [B, H, W, C] in [0, 1].
    """
    encoder = keras.models.clone_model(model.encoder)
    generator = keras.models.clone_model(model.generator)
    white = BYTE_WHITE if images.dtype == np.uint8 else UNIT_WHITE
    bottleneck = keras.layers.Dense(model.latents.width, BOTTLENECK, dtype="float32")
    inputs = keras.layers.Input(model.image_shape)
    autoencoder = keras.Model(inputs, generator(bottleneck(encoder(inputs))), name="autoencoder")

    def loss(truth: Any, made: Any) -> Any:  # Keras makes floats of bytes, from 0 to 255
        return keras.ops.mean(keras.ops.square(truth / white - made))

    limits = {"updates": updates, "epochs": updates, "batch_size": BATCH}
    fit_reader(autoencoder, images, images, loss, seed=seed, **limits)
    return autoencoder
