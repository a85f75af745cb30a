"""The group `attribute_table`: each label of two values against the codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from keras_infogan import metrics
from keras_infogan.evaluation.subject import (
    NO_CODES,
    NO_LABELS,
    EvaluationResult,
    Progress,
    Subject,
    dimension_names,
)
from keras_infogan.metrics.binary_attributes import is_binary
from keras_infogan.models import InfoGAN
from keras_infogan.runtime.tables import format_table

NO_BINARY_LABEL = "no label of the test images has two values, each in two images or more"
ACCURACY, CODE = "attribute", "attribute_code"
SHUFFLED, DEVIATION = "attribute_shuffled", "attribute_shuffled_std"


def measure_attribute_table(subject: Subject, result: EvaluationResult, progress: Progress) -> None:
    """Which code tells each binary label, and how well; the codes' numbers become a note."""
    del progress  # it takes seconds
    attributes = {name: truth for name, truth in subject.labels.items() if is_binary(truth)}
    reasons = {
        NO_CODES: not subject.model.latents.codes,
        NO_LABELS: not subject.labels,
        NO_BINARY_LABEL: not attributes,
    }
    if result.leaves_out("attribute_table", reasons):
        return
    codes = values_by_code(subject.model, subject.images)
    numbers = {name: number for number, name in enumerate(codes)}
    for row in metrics.attribute_table(codes, attributes, subject.seed):
        result.scores |= {
            f"{ACCURACY}/{row.attribute}": row.balanced_accuracy,
            f"{CODE}/{row.attribute}": float(numbers[row.code]),
            f"{SHUFFLED}/{row.attribute}": row.shuffled_mean,
            f"{DEVIATION}/{row.attribute}": row.shuffled_std,
        }
    named = ", ".join(f"{number} is {name}" for name, number in numbers.items())
    result.notes.append(f"attribute_table: of the codes, {named}")


def values_by_code(model: InfoGAN, images: np.ndarray) -> dict[str, np.ndarray]:
    """What Q reads: per categorical code int [N], per dimension of other codes its mean, float [N].

    A dimension's name is its code's and, if there are several, its number: "style_0", "style_1".
    """
    columns: dict[str, np.ndarray] = {}
    for name, posterior in model.recognize(images).items():
        if model.latents.codes[name].is_discrete:
            columns[name] = np.argmax(posterior.probs, axis=-1)
            continue
        means = np.asarray(posterior.mean())
        columns |= zip(dimension_names(name, means.shape[1]), means.T, strict=True)
    return columns


def is_of_table(score: str) -> bool:
    """Whether a score belongs to the table of attributes.

    Examples:
        >>> is_of_table("attribute_code/Male"), is_of_table("nmi/digit")
        (True, False)
    """
    return score.partition("/")[0] in (ACCURACY, CODE, SHUFFLED, DEVIATION)


def attribute_lines(scores: Mapping[str, Any]) -> str:
    """The scores of attributes in a record as a table; empty if it has none.

    Examples:
        >>> print(attribute_lines({"attribute/Male": 0.78, "attribute_code/Male": 3.0,
        ...     "attribute_shuffled/Male": 0.506, "attribute_shuffled_std/Male": 0.002}))
        attribute  code  balanced accuracy  shuffled
        Male          3             0.7800  0.5060 +- 0.0020
    """
    names = [name.partition("/")[2] for name in scores if name.startswith(f"{ACCURACY}/")]
    rows = [
        (
            name,
            f"{scores[f'{CODE}/{name}']:.0f}",
            f"{scores[f'{ACCURACY}/{name}']:.4f}",
            f"{scores[f'{SHUFFLED}/{name}']:.4f} +- {scores[f'{DEVIATION}/{name}']:.4f}",
        )
        for name in names
    ]
    heads = ("attribute", "code", "balanced accuracy", "shuffled")
    return format_table(rows, heads, numbers=[1, 2]) if rows else ""
