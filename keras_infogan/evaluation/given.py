"""The group `given`: whether generated images show what the model was given."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from keras_infogan.evaluation.subject import EvaluationResult, Progress, Subject
from keras_infogan.latents.given import GivenClass, GivenImage
from keras_infogan.metrics import image_batches
from keras_infogan.models import InfoGAN
from keras_infogan.runtime.images import UNIT_WHITE, unit_array

NO_GIVEN = "the model is given nothing with its images"
NO_COMPANION = "the test images come without what the model is given"
NO_READER = "there are no labeled training images"
NO_CLASSIFIER = "there is no classifier, nor a label to train one"
OTHER_CLASSES = "the classifier has other classes than the model is given"


def measure_given(subject: Subject, result: EvaluationResult, progress: Progress) -> None:
    """The share of generated images that are read as what the model was given.

    A class is read by the classifier of real images: `given_accuracy/NAME`. For a text or an image,
    every label is read from the images generated for the test images' texts or images:
    `given_accuracy/LABEL`, next to `reader_accuracy/LABEL`, the same for the test images
    themselves. A label that what is given does not tell comes out at chance.

    For images also `target_distance`: the mean absolute difference of the generated image and the
    test image, with the codes that Q reads from the test image; and
    `target_distance/drawn_codes`, with codes that are drawn.
    """
    given = subject.model.latents.given
    if result.leaves_out("given", {NO_GIVEN: not given}):
        return
    classes = {name: each.size for name, each in given.items() if isinstance(each, GivenClass)}
    if classes:
        _measure_classes(subject, result, classes, progress)
        return
    name, each = next(iter(given.items()))
    reasons = {NO_COMPANION: name not in subject.companions, NO_READER: subject.reader is None}
    if result.leaves_out("given", reasons):
        return
    fakes = images_of_given(subject)
    progress(0.3)
    for label, shares in shares_read(subject, fakes).items():
        result.add_mean(f"given_accuracy/{label}", shares, 0.0, subject.seed)
    for label, shares in shares_read(subject, subject.images).items():
        result.add_mean(f"reader_accuracy/{label}", shares, 0.0, subject.seed)
    progress(0.8)
    if isinstance(each, GivenImage):
        read = images_of_given(subject, read_codes(subject.model, subject.images))
        for score, images in (("target_distance", read), ("target_distance/drawn_codes", fakes)):
            distances = np.abs(images - unit_array(subject.images)).mean(axis=(1, 2, 3))
            result.add_mean(score, distances, 0.0, subject.seed)


def images_of_given(subject: Subject, codes: dict[str, Any] | None = None) -> np.ndarray:
    """An image for each test image, from what the model is given with that one.

    Args:
        subject: whose test images come with what the model is given.
        codes: name -> values, one for each test image; others are drawn.

    Returns:
        float32 [N, *image_shape].
    """
    ((name, given),) = subject.model.latents.given.items()
    stored = given.stored(subject.companions[name])
    drawn = subject.model.latents.sample(len(stored), (subject.seed, 1))
    drawn[name] = given.of_stored(tf.constant(stored))
    return subject.model.generate({**drawn, **(codes or {})})


def read_codes(model: InfoGAN, images: Any) -> dict[str, np.ndarray]:
    """The codes that Q reads: the most probable value, or the mean of a continuous one."""
    posteriors = model.recognize(images)
    return {
        name: np.asarray(
            posteriors[name].mode() if code.is_discrete else np.clip(posteriors[name].mean(), -1, 1)
        )
        for name, code in model.latents.codes.items()
    }


def shares_read(subject: Subject, images: Any) -> dict[str, np.ndarray]:
    """Whether each label of the test images, as it is read from images, is right, bool [N]."""
    assert subject.reader is not None
    read = subject.reader.read(images)
    return {name: read[name] == np.asarray(truth) for name, truth in subject.labels.items()}


def _measure_classes(
    subject: Subject, result: EvaluationResult, classes: dict[str, int], progress: Progress
) -> None:
    if result.leaves_out("given", {NO_CLASSIFIER: subject.extractor is None}):
        return
    extractor = subject.loaded_extractor
    progress(0.5)
    read = [extractor(batch, UNIT_WHITE).probabilities for batch in image_batches(subject.fakes)]
    found = [each for each in read if each is not None]
    if result.leaves_out("given", {NO_CLASSIFIER: not found}):
        return
    probabilities = np.concatenate(found)
    for name, size in classes.items():
        if result.leaves_out("given", {OTHER_CLASSES: probabilities.shape[1] != size}):
            return
        is_right = np.argmax(probabilities, axis=1) == np.asarray(subject.latents[name])
        result.add_mean(f"given_accuracy/{name}", is_right, 0.0, subject.seed)
