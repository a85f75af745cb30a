"""Scores of generated images from a classifier's output: the inception score and the modes."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy.special import rel_entr

from keras_infogan.metrics.checks import finite_matrix
from keras_infogan.runtime.arguments import checked_count, checked_count_up_to

SUM_TOLERANCE = 1e-3  # of a row of probabilities, which a float16 network may have made


class SplitScore(NamedTuple):
    """The inception score over splits.

    Attributes:
        mean: from 1 to the number of classes.
        stddev: over the splits, 0 for a single one.
    """

    mean: float
    stddev: float


class ModeCoverage(NamedTuple):
    """Which classes generated images reach, and how evenly.

    Attributes:
        modes: the number of classes with at least one generated image.
        divergence: of the generated histogram from the reference's, in nats; 0 when equal.
    """

    modes: int
    divergence: float


def inception_score(probabilities: Any, splits: int = 10) -> SplitScore:
    """The inception score (Salimans et al. 2016, arXiv:1606.03498, section 4) of any classifier.

        exp(E_x KL(p(y|x) || p(y))),   p(y) = E_x p(y|x)

    of each split, a block of consecutive rows: shuffle rows that are in the order of their classes.
    It is K for one-hot rows spread evenly over K classes, and 1 if all rows are equal.

    Args:
        probabilities: p(y|x) of generated images, [N, K]; every row sums to 1.
        splits: the number of splits, whose sizes differ by one at most; 1 to N.

    Returns:
        The mean and the standard deviation over the splits.

    Raises:
        ValueError: rows that are not probabilities, or fewer rows than splits.

    Examples:
        >>> score = inception_score(np.eye(10), splits=1)
        >>> round(float(score.mean), 2), float(score.stddev)
        (10.0, 0.0)
    """
    rows = checked_probabilities("probabilities", probabilities)
    checked_count_up_to(
        "splits",
        splits,
        least=1,
        most=len(rows),
        limit="the number of images",
        received=f"{len(rows)} images",
    )
    scores = [
        np.exp(rel_entr(part, part.mean(axis=0)).sum(axis=1).mean())
        for part in np.array_split(rows.astype(np.float64), splits)
    ]
    return SplitScore(float(np.mean(scores)), float(np.std(scores)))


def mode_coverage(labels: Any, class_count: int, reference_labels: Any = None) -> ModeCoverage:
    """The classes that generated images reach, as in Stacked MNIST (VEEGAN, arXiv:1705.07761).

        divergence = KL(q || p) = sum_k q_k ln(q_k / p_k)

    with the histograms q of the generated images and p of the reference.

    Args:
        labels: the classifier's class of each generated image, int [N] in [0, class_count).
        class_count: K, the number of classes.
        reference_labels: of real images, int [M]; without them p is uniform, 1 / K.

    Returns:
        The number of classes reached, and the divergence. From a uniform reference it is at most
        ln K, when all images are of one class. It is infinite if a generated class is missing in
        the reference.

    Raises:
        ValueError: no labels, labels that are no row of integers or out of range, or a
            `class_count` that is no int of at least 1.

    Examples:
        >>> coverage = mode_coverage([0, 0, 2, 2], class_count=4)
        >>> coverage.modes, round(float(coverage.divergence), 3)   # ln(2)
        (2, 0.693)
    """
    checked_count("class_count", class_count, 1)
    counts = _histogram("labels", labels, class_count)
    if reference_labels is None:
        reference = np.ones(class_count)
    else:
        reference = _histogram("reference_labels", reference_labels, class_count)
    divergence = rel_entr(counts / counts.sum(), reference / reference.sum()).sum()
    return ModeCoverage(int(np.count_nonzero(counts)), max(0.0, float(divergence)))


def checked_probabilities(name: str, values: Any) -> np.ndarray:
    """Values as a matrix [N, K] whose rows are probabilities.

    Raises:
        ValueError: as `finite_matrix`, a negative value, or a row that does not sum to 1.

    Examples:
        >>> checked_probabilities("probabilities", [[0.5, 0.5]])
        array([[0.5, 0.5]])
    """
    rows = finite_matrix(name, values)
    sums = rows.sum(axis=1)
    if rows.min() < 0 or np.abs(sums - 1.0).max() > SUM_TOLERANCE:
        raise ValueError(
            f"`{name}` should be rows of probabilities that sum to 1. Received: values from "
            f"{rows.min():g} and sums from {sums.min():g} to {sums.max():g}"
        )
    return rows


def _histogram(name: str, labels: Any, class_count: int) -> np.ndarray:
    labels = np.asarray(labels)
    if labels.ndim != 1 or not labels.size or labels.dtype.kind not in "iu":
        raise ValueError(
            f"`{name}` should be a row of at least one integer. "
            f"Received: shape {labels.shape}, dtype {labels.dtype}"
        )
    if labels.min() < 0 or labels.max() >= class_count:
        raise ValueError(
            f"`{name}` should be from 0 to {class_count - 1}. "
            f"Received: labels from {labels.min()} to {labels.max()}"
        )
    return np.bincount(labels, minlength=class_count)
