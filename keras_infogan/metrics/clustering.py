"""Categorical codes against labels: how well an unsupervised code names the classes."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score
from sklearn.metrics.cluster import contingency_matrix


class ClusteringScores(NamedTuple):
    """Scores of one code against one label, each 1 when they name the same partition.

    Attributes:
        code_accuracy: share of images whose class is the one matched with their code, under the
            best one-to-one matching (Hungarian algorithm).
        majority_accuracy: the same where each code value stands for its most frequent class;
            several may stand for one, so it is never below `code_accuracy`.
        nmi: normalised mutual information, arithmetic mean of the entropies below the line.
        ari: adjusted Rand index, 0 for an independent code.
    """

    code_accuracy: float
    majority_accuracy: float
    nmi: float
    ari: float


def clustering_scores(labels: Any, codes: Any) -> ClusteringScores:
    """Scores a code's values against labels.

    Args:
        labels: int [N], the classes.
        codes: int [N], the code's value of each image.

    Raises:
        ValueError: lengths differ, are zero, or the arrays are not one-dimensional.

    Example:

    >>> clustering_scores([0, 0, 1, 1], [7, 7, 3, 3]).code_accuracy   # 1.0
    """
    labels, codes = np.asarray(labels), np.asarray(codes)
    if labels.ndim != 1 or labels.shape != codes.shape or not labels.size:
        raise ValueError(
            "Labels and codes should be two rows of the same length. "
            f"Received: shapes {labels.shape} and {codes.shape}"
        )
    counts = contingency_matrix(labels, codes)
    classes, values = linear_sum_assignment(counts, maximize=True)
    return ClusteringScores(
        code_accuracy=float(counts[classes, values].sum() / labels.size),
        majority_accuracy=float(counts.max(axis=0).sum() / labels.size),
        nmi=float(normalized_mutual_info_score(labels, codes)),
        ari=float(adjusted_rand_score(labels, codes)),
    )
