"""The group `cycles`: circular codes against labels that go around, such as an object's angle."""

from __future__ import annotations

import numpy as np

from keras_infogan import metrics
from keras_infogan.evaluation.binary_labels import values_by_code
from keras_infogan.evaluation.subject import (
    NO_LABELS,
    EvaluationResult,
    Progress,
    Subject,
    dimension_names,
)
from keras_infogan.latents.codes import Circular

FEWEST_VALUES = 5  # of a label that may go around
NO_CIRCULAR_CODE = "the model has no circular code"
NO_CYCLE = f"no label of the test images has {FEWEST_VALUES} values or more"


def measure_cycles(subject: Subject, result: EvaluationResult, progress: Progress) -> None:
    """The circular correlation of each circular code with each label of several values.

    The values of a label, in their order in all data, are taken as equal parts of one turn; of a
    label that does not go around the score means nothing. Where there are other labels, such as the
    object that turns, the correlation is also taken for each of their values alone, and the mean of
    these is given: each object has an origin and a direction of its own.
    """
    circular = [
        dimension
        for name, code in subject.model.latents.codes.items()
        if isinstance(code, Circular)
        for dimension in dimension_names(name, code.size)
    ]
    cycles = [
        name for name, truth in subject.labels.items() if len(np.unique(truth)) >= FEWEST_VALUES
    ]
    reasons = {NO_CIRCULAR_CODE: not circular, NO_LABELS: not subject.labels, NO_CYCLE: not cycles}
    if result.leaves_out("cycles", reasons):
        return
    columns = values_by_code(subject.model, subject.images)
    progress(0.5)
    for dimension in circular:
        for label in cycles:
            _add(result, f"{dimension}/{label}", label, columns[dimension] / np.pi, subject)


def _add(
    result: EvaluationResult, name: str, label: str, readings: np.ndarray, subject: Subject
) -> None:
    truth = np.asarray(subject.labels[label])
    angles = 2.0 * np.pi * truth / subject.values.get(label, truth.max() + 1)
    score = f"circular_correlation/{name}"
    correlation = metrics.circular_correlation(angles, readings).circular
    if np.isfinite(correlation):
        result.scores[score] = correlation
    for other, values in subject.labels.items():
        groups = [np.asarray(values) == value for value in np.unique(values)]
        groups = [rows for rows in groups if len(np.unique(truth[rows])) >= FEWEST_VALUES]
        if other == label or len(groups) < 2:
            continue
        each = [
            metrics.circular_correlation(angles[rows], readings[rows]).circular for rows in groups
        ]
        # A code that does not move while the label does has no correlation: 0.
        result.scores[f"{score}/each/{other}"] = float(np.mean(np.nan_to_num(each)))
