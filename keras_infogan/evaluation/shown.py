"""The groups `shown` and `videos`: what generated images show of the codes they were made from."""

from __future__ import annotations

import numpy as np

from keras_infogan import metrics
from keras_infogan.evaluation.given import NO_READER
from keras_infogan.evaluation.subject import EvaluationResult, Progress, Subject

NO_DISCRETE_CODE = "the model has no categorical code"
NO_VIDEOS = "the model makes no videos"


def measure_shown(subject: Subject, result: EvaluationResult, progress: Progress) -> None:
    """`shown_accuracy/CODE/LABEL`: whether a drawn code sets a true factor of the image.

    A small network that was trained on real images reads every label from the generated ones. Each
    categorical code is compared with the label that has the highest normalized mutual information
    with it, under the best match of values and classes.
    """
    names = subject.model.latents.categorical_names
    reasons = {NO_DISCRETE_CODE: not names, NO_READER: subject.reader is None}
    if result.leaves_out("shown", reasons):
        return
    assert subject.reader is not None
    read = subject.reader.read(subject.fakes)
    progress(0.7)
    for name in names:
        values = np.asarray(subject.latents[name])
        scores = {
            label: metrics.clustering_scores(truth, values)
            for label, truth in read.items()
            if len(np.unique(truth)) > 1
        }
        if scores:
            best = max(scores, key=lambda label: scores[label].nmi)
            result.scores[f"shown_accuracy/{name}/{best}"] = scores[best].code_accuracy


def measure_videos(subject: Subject, result: EvaluationResult, progress: Progress) -> None:
    """`background_deviation` of generated videos, and of the test videos with `/real`."""
    if result.leaves_out("videos", {NO_VIDEOS: len(subject.model.image_shape) != 4}):
        return
    result.scores["background_deviation"] = metrics.background_deviation(subject.fakes)
    progress(0.5)
    result.scores["background_deviation/real"] = metrics.background_deviation(subject.images)
