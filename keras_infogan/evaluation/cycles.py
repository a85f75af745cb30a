"""The group `cycles`: circular codes against labels that go around, such as an object's angle."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from keras_infogan import metrics
from keras_infogan.evaluation.measures import NO_LABELS
from keras_infogan.evaluation.subject import EvaluationResult, Progress, Subject
from keras_infogan.latents.codes import Circular

FEWEST_VALUES = 5  # of a label that may go around
FEWEST_IMAGES = 5  # of a value of another label that is kept
NO_CIRCULAR_CODE = "the model has no circular code"
NO_CYCLE = f"no label of the test images has {FEWEST_VALUES} values or more"


def measure_cycles(subject: Subject, result: EvaluationResult, progress: Progress) -> None:
    """The circular correlation of each circular code with each label of several values.

    The values of a label, in their order, are taken as equal parts of one turn; of a label that
    does not go around the score means nothing. Where there are other labels, such as the object
    that turns, the correlation is also taken for each of their values alone, and the mean of these
    is given: each object has an origin and a direction of its own.
    """
    latents = subject.model.latents
    circular = [name for name, code in latents.codes.items() if isinstance(code, Circular)]
    values = {name: len(np.unique(truth)) for name, truth in subject.labels.items()}
    cycles = [name for name, count in values.items() if count >= FEWEST_VALUES]
    reasons = {NO_CIRCULAR_CODE: not circular, NO_LABELS: not values, NO_CYCLE: not cycles}
    if any(reasons.values()):
        result.left_out["cycles"] = next(why for why, holds in reasons.items() if holds)
        return
    posteriors = subject.model.recognize(subject.images)
    progress(0.5)
    for code in circular:
        for index, readings in enumerate(np.asarray(posteriors[code].mean()).T):
            name = f"{code}_{index}" if latents.codes[code].size > 1 else code
            for label in cycles:
                _add(result, f"{name}/{label}", label, readings, subject.labels)


def _add(
    result: EvaluationResult,
    name: str,
    label: str,
    readings: np.ndarray,
    labels: Mapping[str, np.ndarray],
) -> None:
    truth = np.asarray(labels[label])
    angles = 2.0 * np.pi * truth / (truth.max() + 1)
    turns = readings / np.pi
    result.scores[f"circular_correlation/{name}"] = metrics.circular_correlation(
        angles, turns
    ).circular
    for other, values in labels.items():
        groups = [np.asarray(values) == value for value in np.unique(values)]
        groups = [rows for rows in groups if rows.sum() >= FEWEST_IMAGES]
        if other == label or len(groups) < 2:
            continue
        each = [metrics.circular_correlation(angles[rows], turns[rows]).circular for rows in groups]
        # A code that does not move while the label does has no correlation: 0.
        result.scores[f"circular_correlation/{name}/each/{other}"] = float(
            np.mean(np.nan_to_num(each))
        )
