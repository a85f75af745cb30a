"""The group `shown`: whether a drawn code sets a true factor in the generated image."""

from __future__ import annotations

import numpy as np

from keras_infogan import metrics
from keras_infogan.datasets import ORDERED_LABELS
from keras_infogan.evaluation.subject import (
    NO_CODES,
    NO_LABELS,
    NO_READER,
    EvaluationResult,
    Progress,
    Subject,
    dimension_names,
)

ORDERED = ORDERED_LABELS | {"size"}


def measure_shown(subject: Subject, result: EvaluationResult, progress: Progress) -> None:
    """Drawn codes against the labels that a reader of real images sees in the generated images.

    `shown_accuracy/CODE/LABEL` of a discrete code: the share of images whose label, as read, is
    the one matched with the drawn value, under the best one-to-one matching, for the label with
    the highest normalized mutual information: the share itself is higher by chance, the fewer
    values a label has. `shown_correlation/DIMENSION/LABEL` of the other codes: the absolute rank
    correlation with each ordered label; 0 where the label never changes.
    """
    latents = subject.model.latents
    reader = subject.label_reader if latents.codes else None
    reasons = {
        NO_CODES: not latents.codes,
        NO_LABELS: not subject.labels,
        NO_READER: reader is None,
    }
    if result.leaves_out("shown", reasons):
        return
    assert reader
    progress(0.7)
    shown = reader.read(subject.fakes)
    ordered = [name for name in shown if name in ORDERED]
    for name, code in latents.codes.items():
        drawn = np.asarray(subject.latents[name])
        if code.is_discrete:
            _add_accuracy(name, drawn, shown, subject, result)
            continue
        for index, dimension in enumerate(dimension_names(name, drawn.shape[1])):
            for label in ordered:
                correlation = metrics.rank_correlation(drawn[:, index], shown[label])
                score = f"shown_correlation/{dimension}/{label}"
                result.scores[score] = float(abs(np.nan_to_num(correlation)))


def _add_accuracy(
    code: str,
    drawn: np.ndarray,
    shown: dict[str, np.ndarray],
    subject: Subject,
    result: EvaluationResult,
) -> None:
    information = {
        label: metrics.clustering_scores(values, drawn).nmi for label, values in shown.items()
    }
    best = max(information, key=lambda label: information[label])
    found = metrics.confusion(shown[best], drawn)
    meaning = dict(zip(found.value_of_class, found.classes, strict=True))
    is_right = np.array(
        [meaning.get(value) == seen for value, seen in zip(drawn, shown[best], strict=True)]
    )
    result.add_mean(f"shown_accuracy/{code}/{best}", is_right, 0.0, subject.seed)
