"""The group `given`: whether generated images show the class that they were given."""

from __future__ import annotations

import numpy as np

from keras_infogan.evaluation.subject import EvaluationResult, Progress, Subject
from keras_infogan.latents.given import GivenClass
from keras_infogan.metrics import image_batches
from keras_infogan.runtime.images import UNIT_WHITE

NO_GIVEN_CLASS = "the model is given no class"
NO_CLASSIFIER = "there is no classifier, nor a label to train one"
OTHER_CLASSES = "the classifier has other classes than the model is given"


def measure_given(subject: Subject, result: EvaluationResult, progress: Progress) -> None:
    """The share of generated images that a classifier of real ones reads as the given class."""
    given = subject.model.latents.given
    classes = {name: each.size for name, each in given.items() if isinstance(each, GivenClass)}
    reasons = {NO_GIVEN_CLASS: not classes, NO_CLASSIFIER: subject.extractor is None}
    if result.leaves_out("given", reasons):
        return
    assert subject.extractor is not None
    extractor = subject.extractor()
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
