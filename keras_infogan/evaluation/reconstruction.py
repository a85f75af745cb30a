"""The group `reconstruction`: images that a BiGAN encodes and generates again."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from keras_infogan.evaluation.subject import EvaluationResult, Progress, Subject
from keras_infogan.images import unit_images
from keras_infogan.metrics import image_batches
from keras_infogan.metrics.fitting import fit_reader, outputs_for
from keras_infogan.models.variants import BiGAN
from keras_infogan.runtime.images import unit_array

UPDATES, EPOCHS = 1000, 20  # of the autoencoder, whichever ends first

NO_ENCODER = "the model has no encoder of noise and codes"
NO_TRAINING = "there are no training images for an autoencoder"


def measure_reconstruction(subject: Subject, result: EvaluationResult, progress: Progress) -> None:
    """`reconstruction_error`: the mean squared error of G(E(x)) on test images.

    `/autoencoder` is that of a plain autoencoder of the same networks and the same width in the
    middle, trained on the training images for 1,000 updates of 128. `/mean_image` is that of the
    mean of the test images, which an encoder of any use is below.
    """
    model = subject.model
    reasons = {
        NO_ENCODER: not isinstance(model, BiGAN),
        NO_TRAINING: subject.training is None,
    }
    if result.leaves_out("reconstruction", reasons):
        return
    assert isinstance(model, BiGAN)
    true = unit_array(subject.images)
    again = np.concatenate(
        [
            model.sampling_generator(model.encode(unit_images(batch))).numpy()
            for batch in image_batches(subject.images)
        ]
    )
    progress(0.2)
    training = unit_array(subject.training_images.images)
    autoencoder = build_autoencoder(model)
    loss = keras.losses.MeanSquaredError()
    flat = training.reshape(len(training), -1)
    fit_reader(autoencoder, training, flat, loss, updates=UPDATES, epochs=EPOCHS)
    copied = outputs_for(autoencoder, true).reshape(true.shape)
    mean = np.broadcast_to(true.mean(axis=0), true.shape)
    for suffix, images in (("", again), ("/autoencoder", copied), ("/mean_image", mean)):
        errors = np.square(images - true).mean(axis=(1, 2, 3))
        result.add_mean(f"reconstruction_error{suffix}", errors, 0.0, subject.seed)


def build_autoencoder(model: BiGAN) -> Any:
    """An autoencoder of a BiGAN's encoder and generator with new weights.

    Returns:
        Keras model images -> flat images [B, H W C].
    """
    width = model.latents.width
    encoder, generator = (
        keras.models.clone_model(each) for each in (model.encoder, model.generator)
    )
    middle = keras.layers.Dense(width, activation="tanh", dtype="float32")
    flatten = keras.layers.Flatten(dtype="float32")
    return keras.Sequential(
        [keras.layers.Input(model.image_shape), encoder, middle, generator, flatten]
    )
