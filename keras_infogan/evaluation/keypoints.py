"""The group `keypoints`: whether generated figures have their keypoints where they should be."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from keras_infogan.evaluation.given import NO_COMPANION, images_of_given
from keras_infogan.evaluation.subject import EvaluationResult, Progress, Subject
from keras_infogan.metrics.classifier import build_classifier, logits_model
from keras_infogan.metrics.fitting import fit_reader, outputs_for

COMPANION = "keypoints"
UNITS = 4  # of a pixel, in the companion
UPDATES, EPOCHS = 1500, 40  # whichever ends first

NO_KEYPOINTS = "the test images come without keypoints"
NO_TRAINING = "there are no training images to learn keypoints from"


def measure_keypoints(subject: Subject, result: EvaluationResult, progress: Progress) -> None:
    """`keypoint_error`: the mean distance in pixels of keypoints from where they should be.

    A small network, which was trained on real images, finds the keypoints. `keypoint_error/real` is
    its own error on the test images.
    """
    given = list(subject.model.latents.given)
    reasons = {
        NO_KEYPOINTS: COMPANION not in subject.companions,
        NO_COMPANION: not given or given[0] not in subject.companions,
        NO_TRAINING: subject.training is None,
    }
    if result.leaves_out("keypoints", reasons):
        return
    training = subject.training_images
    network = train_keypoint_network(training.images, training.companions[COMPANION] / UNITS)
    progress(0.7)
    true = np.asarray(subject.companions[COMPANION]) / UNITS
    for suffix, images in (("", images_of_given(subject)), ("/real", subject.images)):
        found = outputs_for(network, images).reshape(true.shape) * images.shape[1]
        errors = np.linalg.norm(found - true, axis=-1).mean(axis=-1)
        result.add_mean(f"keypoint_error{suffix}", errors, 0.0, subject.seed)


def train_keypoint_network(
    images: np.ndarray, keypoints: np.ndarray, updates: int = UPDATES
) -> Any:
    """A network that finds keypoints: images [B, H, W, C] -> [B, 2 K], in heights of the image.

    Args:
        images: [N, H, W, C], uint8 or floats in [0, 1].
        keypoints: float [N, K, 2], row and column in pixels.
        updates: of 128 images.
    """
    targets = (keypoints.reshape(len(keypoints), -1) / images.shape[1]).astype(np.float32)
    network = logits_model(build_classifier("keypoints", images.shape[1:], targets.shape[1], 0))
    loss = keras.losses.MeanAbsoluteError()
    fit_reader(network, images, targets, loss, updates=updates, epochs=EPOCHS)
    return network
