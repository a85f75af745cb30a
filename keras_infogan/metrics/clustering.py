"""Categorical codes against labels: how well an unsupervised code agrees with the classes."""

from __future__ import annotations

from numbers import Real
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score
from sklearn.metrics.cluster import contingency_matrix

from keras_infogan.runtime.images import with_numpy_floats


class ClusteringScores(NamedTuple):
    """Scores of one code against one label, each 1 when they name the same partition.

    Attributes:
        code_accuracy: share of images whose class is the one matched with their code, under the
            best one-to-one matching (Hungarian algorithm).
        majority_accuracy: the same if each code value means its most frequent class; several values
            may mean the same class, so it is never below `code_accuracy`.
        nmi: normalized mutual information, divided by the arithmetic mean of the entropies.
        ari: adjusted Rand index, 0 for an independent code.
    """

    code_accuracy: float
    majority_accuracy: float
    nmi: float
    ari: float


class Confusion(NamedTuple):
    """A code against a label, class by class.

    Attributes:
        classes: the labels that occur, [K].
        values: the code's values that occur, [V]: first those matched with the classes, in the
            order of the classes, then the rest. With fewer values than classes some have none.
        counts: images of each class with each value, int [K, V].
        value_of_class: the matched value of each class, or None where it has none, length K.
        accuracy_of_class: share of a class's images with its matched value, float [K]; 0 where
            it has none.
    """

    classes: np.ndarray
    values: np.ndarray
    counts: np.ndarray
    value_of_class: list[int | float | str | None]
    accuracy_of_class: np.ndarray


def confusion(labels: Any, codes: Any) -> Confusion:
    """The confusion matrix of a code under its best one-to-one matching with the classes.

    Args:
        labels: numbers or text [N], the classes.
        codes: numbers or text [N], the code's value of each image.

    Raises:
        ValueError: as `clustering_scores`.

    Examples:
        >>> confusion([0, 0, 1, 1], [7, 7, 3, 7]).value_of_class
        [7, 3]
    """
    labels, codes = _checked(labels, codes)
    classes, values = np.unique(labels), np.unique(codes)
    counts = np.asarray(contingency_matrix(labels, codes))
    rows, columns = linear_sum_assignment(counts, maximize=True)
    matched = dict(zip(rows.tolist(), columns.tolist(), strict=True))
    order = [*columns, *np.setdiff1d(np.arange(len(values)), columns)]
    right = [counts[row, matched[row]] if row in matched else 0 for row in range(len(classes))]
    return Confusion(
        classes,
        values[order],
        counts[:, order],
        [values[matched[row]].item() if row in matched else None for row in range(len(classes))],
        np.array(right) / counts.sum(axis=1),
    )


def clustering_scores(labels: Any, codes: Any) -> ClusteringScores:
    """Scores a code's values against labels.

    Args:
        labels: numbers or text [N], the classes.
        codes: numbers or text [N], the code's value of each image.

    Raises:
        ValueError: lengths differ, are zero, the arrays are not one-dimensional or hold
            NaN, None or other values that are no classes.

    Examples:
        >>> float(clustering_scores([0, 0, 1, 1], [7, 7, 3, 3]).code_accuracy)
        1.0
    """
    labels, codes = _checked(labels, codes)
    counts = contingency_matrix(labels, codes)
    classes, values = linear_sum_assignment(counts, maximize=True)
    return ClusteringScores(
        code_accuracy=float(counts[classes, values].sum() / labels.size),
        majority_accuracy=float(counts.max(axis=0).sum() / labels.size),
        nmi=float(normalized_mutual_info_score(labels, codes)),
        ari=float(adjusted_rand_score(labels, codes)),
    )


def _checked(labels: Any, codes: Any) -> tuple[np.ndarray, np.ndarray]:
    labels, codes = _classes("Labels", labels), _classes("Codes", codes)
    if labels.ndim != 1 or labels.shape != codes.shape or not labels.size:
        raise ValueError(
            "Labels and codes should be two rows of the same length. "
            f"Received: shapes {labels.shape} and {codes.shape}"
        )
    return labels, codes


def _classes(name: str, values: Any) -> np.ndarray:
    """Values as an array of numbers or of text; pandas keeps both as Python objects."""
    array = with_numpy_floats(np.asarray(values))
    if array.dtype.kind not in "biufUS":
        items = array.astype(object).ravel().tolist()
        broken = [item for item in items if not isinstance(item, (str, Real)) or item != item]
        if broken:
            raise ValueError(
                f"{name} should be classes, without None, NaN or infinity. "
                f"Received: {len(broken)} such values in {len(items)}, the first {broken[0]!r}"
            )
        if len({isinstance(item, str) for item in items}) > 1:
            raise ValueError(f"{name} should be all numbers or all text. Received: some of both")
        array = np.asarray(items).reshape(array.shape)
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise ValueError(
            f"{name} should be classes, without None, NaN or infinity. "
            f"Received: {np.sum(~np.isfinite(array))} such values in {array.size}"
        )
    return array
