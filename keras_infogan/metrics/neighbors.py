"""Precision, recall, density and coverage: features inside balls around other features.

The manifold of a set is estimated as the union of balls around its points. Each ball reaches to the
point's k-th nearest neighbor in that set, not counting the point itself.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from sklearn.metrics.pairwise import euclidean_distances
from sklearn.neighbors import NearestNeighbors

from keras_infogan.metrics.checks import feature_pair
from keras_infogan.runtime.arguments import checked_count_up_to

BLOCK_ENTRIES = 4_000_000  # of a block of distances: 32 MB in float64
# A squared distance is a difference of squared norms, so its rounding error is relative to those.
# A point this close outside a ball counts as on its edge; duplicates have distance 0.
ROUNDING = 1e-13


class PrecisionRecall(NamedTuple):
    """How much of each set is on the other's manifold.

    Attributes:
        precision: the share of generated images on the manifold of the real ones (fidelity).
        recall: the share of real images on the manifold of the generated ones (diversity).
    """

    precision: float
    recall: float


class DensityCoverage(NamedTuple):
    """How densely generated images fill the real images' balls, and how many balls they reach.

    Attributes:
        density: the mean number of real balls around a generated image, divided by k; may exceed 1.
        coverage: the share of real balls that hold a generated image.
    """

    density: float
    coverage: float


def precision_recall(real: Any, fake: Any, k: int = 3) -> PrecisionRecall:
    """Improved precision and recall (Kynkaanniemi et al. 2019, arXiv:1904.06991, equations 1-2).

        precision = (1/M) sum_j f(y_j, X),   recall = (1/N) sum_i f(x_i, Y)

    where f(z, S) is 1 if |z - s| <= |s - NN_k(s)| for some s in S, else 0. Over 10,000 features
    of either kind it takes some seconds; distances come in blocks of 32 MB.

    Args:
        real: features X, [N, D].
        fake: features Y, [M, D].
        k: which nearest neighbor a ball reaches to, from 1; the paper's is 3.

    Returns:
        Two shares in [0, 1]; 1 for equal sets, constant ones included.

    Raises:
        ValueError: features that are no finite matrices of one width, a set of fewer than
            k + 1, or a k that is no int.

    Examples:
        >>> scores = precision_recall([[0.0], [1.0], [3.0]], [[2.5], [9.0], [9.5]], k=1)
        >>> [round(float(score), 3) for score in scores]
        [0.333, 1.0]
    """
    real, fake = feature_pair(real, fake)
    return PrecisionRecall(
        precision=float(np.mean(_balls(real, fake, k).around_points > 0)),
        recall=float(np.mean(_balls(fake, real, k).around_points > 0)),
    )


def density_coverage(real: Any, fake: Any, k: int = 5) -> DensityCoverage:
    """Density and coverage (Naeem et al. 2020, arXiv:2002.09797).

        density = (1/kM) sum_j sum_i 1[y_j in B_i],   coverage = (1/N) sum_i 1[some y_j in B_i]

    where B_i is the closed ball around x_i that reaches to its k-th nearest neighbor. The
    authors' code takes open balls: for continuous features that is the same, while duplicates,
    whose balls have no inside, here still cover themselves.

    Args:
        real: features X, [N, D].
        fake: features Y, [M, D], M >= 1.
        k: which nearest neighbor a ball reaches to, from 1; the paper's is 5.

    Returns:
        The density, at least 0, about 1 for equal distributions; the coverage in [0, 1].

    Raises:
        ValueError: features that are no finite matrices of one width, fewer than k + 1
            real, or a k that is no int.

    Examples:
        >>> scores = density_coverage([[0.0], [1.0], [3.0]], [[2.5], [9.0]], k=1)
        >>> [round(float(score), 3) for score in scores]
        [0.5, 0.333]
    """
    real, fake = feature_pair(real, fake)
    balls = _balls(real, fake, k)
    return DensityCoverage(
        density=float(balls.around_points.mean() / k),
        coverage=float(np.mean(balls.points_within > 0)),
    )


class _Balls(NamedTuple):
    """Counts of points in balls: for each point of balls, and for each ball of points."""

    around_points: np.ndarray
    points_within: np.ndarray


def _balls(centers: np.ndarray, points: np.ndarray, k: int) -> _Balls:
    """Counts the points in balls around the centers, which reach to each center's neighbor."""
    checked_count_up_to(
        "k",
        k,
        least=1,
        most=len(centers) - 1,
        limit="the number of images less one",
        received=f"{len(centers)} images",
    )
    origin = centers.mean(axis=0)  # small norms keep the rounding small
    centers, points = centers - origin, points - origin
    radii = NearestNeighbors(n_neighbors=k, algorithm="brute").fit(centers).kneighbors()[0][:, -1]
    largest_norm = max(np.square(rows).sum(axis=1).max() for rows in (centers, points))
    limits = np.square(radii) + ROUNDING * largest_norm
    around_points = np.empty(len(points), np.int64)
    points_within = np.zeros(len(centers), np.int64)
    step = max(1, BLOCK_ENTRIES // len(centers))
    for start in range(0, len(points), step):
        rows = slice(start, start + step)
        inside = euclidean_distances(points[rows], centers, squared=True) <= limits
        around_points[rows] = np.count_nonzero(inside, axis=1)
        points_within += np.count_nonzero(inside, axis=0)
    return _Balls(around_points, points_within)
