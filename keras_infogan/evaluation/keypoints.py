"""The group `keypoints`: whether an image made from another one has the pose that it should."""

from __future__ import annotations

import numpy as np

from keras_infogan.datasets.stick_figures import KEYPOINT_UNITS
from keras_infogan.evaluation.subject import (
    NO_TRAINING,
    NO_VALUES,
    EvaluationResult,
    Progress,
    Subject,
)
from keras_infogan.latents.given import GivenImage
from keras_infogan.metrics import train_keypoint_reader

KEYPOINTS = "keypoints"  # a companion, [N, K, 2]: rows and columns in quarters of a pixel
NO_SOURCE = "the model is given no other image"
NO_KEYPOINTS = "the images come without keypoints"


def measure_keypoints(subject: Subject, result: EvaluationResult, progress: Progress) -> None:
    """The mean distance in pixels of keypoints from those of the test images.

    A network that was trained on real images reads the points. `keypoint_error` is of the images
    that are made from what is given with each test image, and from drawn codes;
    `keypoint_error/real` of the test images themselves, the least that can be expected.
    """
    given = subject.model.latents.given.values()
    reasons = {
        NO_SOURCE: not any(isinstance(each, GivenImage) for each in given),
        NO_VALUES: subject.given_values is None,
        NO_KEYPOINTS: KEYPOINTS not in subject.companions,
        NO_TRAINING: subject.training is None,
    }
    if result.leaves_out("keypoints", reasons):
        return
    training = subject.training_images
    assert training
    known, truth = (
        np.asarray(companions[KEYPOINTS], np.float32) / KEYPOINT_UNITS
        for companions in (training.companions, subject.companions)
    )
    reader = train_keypoint_reader(training.images, known, subject.seed)
    progress(0.8)
    for suffix, images in (("", subject.drawn_answers), ("/real", subject.images)):
        distances = np.linalg.norm(reader.read(images) - truth, axis=-1).mean(axis=1)
        result.add_mean(f"keypoint_error{suffix}", distances, 0.0, subject.seed)
