"""The group `given`: whether generated images show what they were given."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from keras_infogan.evaluation.subject import (
    NO_LABELS,
    NO_READER,
    NO_VALUES,
    EvaluationResult,
    Progress,
    Subject,
)
from keras_infogan.latents.codes import Uniform
from keras_infogan.latents.given import GivenClass, GivenImage
from keras_infogan.metrics import image_batches
from keras_infogan.models import InfoGAN
from keras_infogan.runtime.images import UNIT_WHITE, unit_array

GROUP = "given"
NOTHING_GIVEN = "the model is given nothing with an image"
NO_CLASSIFIER = "there is no classifier, nor a label to train one"
OTHER_CLASSES = "the classifier has other classes than the model is given"


def measure_given(subject: Subject, result: EvaluationResult, progress: Progress) -> None:
    """The share of generated images that show what they were given, as a network reads them.

    Of a class, a classifier reads it. Of a text or another image, each test image's own is given
    together with drawn codes, and each label is read: it is right if it is that of the test image.
    If the given input does not determine a label, its accuracy is that of a guess. The accuracy of
    the same reader on the test images themselves is the most that can be expected.

    Where an image is given, the distance to the test image is measured too.
    """
    given = subject.model.latents.given
    classes = {name: each.size for name, each in given.items() if isinstance(each, GivenClass)}
    if result.leaves_out(GROUP, {NOTHING_GIVEN: not given}):
        return
    if classes:
        _measure_classes(classes, subject, result)
    progress(0.5)
    if len(classes) == len(given) or result.leaves_out(
        GROUP, {NO_VALUES: subject.given_values is None}
    ):
        return
    if any(isinstance(each, GivenImage) for each in given.values()):
        _measure_target(subject, result)
    progress(0.7)
    _measure_labels(subject, result)


def _measure_classes(
    classes: Mapping[str, int], subject: Subject, result: EvaluationResult
) -> None:
    extractor = subject.classifier
    if extractor is None:
        result.left_out[GROUP] = NO_CLASSIFIER
        return
    read = [extractor(batch, UNIT_WHITE).probabilities for batch in image_batches(subject.fakes)]
    found = [each for each in read if each is not None]
    if result.leaves_out(GROUP, {NO_CLASSIFIER: not found}):
        return
    probabilities = np.concatenate(found)
    for name, size in classes.items():
        if result.leaves_out(GROUP, {OTHER_CLASSES: probabilities.shape[1] != size}):
            return
        is_right = np.argmax(probabilities, axis=1) == np.asarray(subject.latents[name])
        result.add_mean(f"given_accuracy/{name}", is_right, 0.0, subject.seed)


def _measure_labels(subject: Subject, result: EvaluationResult) -> None:
    """Labels read from images that were made from the test images' own texts, or images."""
    reader = subject.label_reader
    reasons = {NO_LABELS: not subject.labels, NO_READER: reader is None}
    if result.leaves_out(GROUP, reasons):
        return
    assert reader
    for kind, images in (("given", subject.drawn_answers), ("reader", subject.images)):
        for name, values in reader.read(images).items():
            if name in subject.labels:
                is_right = values == np.asarray(subject.labels[name])
                result.add_mean(f"{kind}_accuracy/{name}", is_right, 0.0, subject.seed)


def _measure_target(subject: Subject, result: EvaluationResult) -> None:
    """The mean absolute difference to the test image, in units of white.

    With the codes that Q reads from the test image, the answer should be that image, where the
    codes tell what the given image does not. With drawn codes it need not be.
    """
    targets = unit_array(subject.images, subject.model.image_shape)
    axes = tuple(range(1, targets.ndim))
    answers = {"/drawn_codes": subject.drawn_answers}
    if subject.model.latents.codes:
        answers[""] = subject.answers(read_codes(subject.model, subject.images))
    for suffix, images in answers.items():
        distances = np.abs(images - targets).mean(axis=axes)
        result.add_mean(f"target_distance{suffix}", distances, 0.0, subject.seed)


def read_codes(model: InfoGAN, images: np.ndarray) -> dict[str, np.ndarray]:
    """The codes that Q reads: the most probable value of a discrete code, the mean of others.

    Args:
        model: an `InfoGAN`.
        images: [N, H, W, C], as `InfoGAN.recognize` takes them.

    Returns:
        Code name -> int64 [N], or float [N, size].

    Examples:
        >>> {name: values.shape for name, values in read_codes(model, images).items()}
        {'digit': (64,), 'style': (64, 2)}
    """
    read = {}
    for name, posterior in model.recognize(images).items():
        code = model.latents.codes[name]
        if code.is_discrete:
            read[name] = np.argmax(posterior.probs, axis=-1)
        else:
            mean = np.asarray(posterior.mean())
            # The generator knows no value of a uniform code outside of [-1, 1].
            read[name] = np.clip(mean, -1.0, 1.0) if isinstance(code, Uniform) else mean
    return read
