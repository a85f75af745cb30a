"""The kernel distance (KID): an unbiased squared maximum mean discrepancy of features."""

from __future__ import annotations

import warnings
from typing import Any, NamedTuple

import numpy as np

from keras_infogan.metrics.checks import feature_pair
from keras_infogan.runtime.arguments import checked_count, checked_count_up_to

DEFAULT_SUBSET_SIZE = 1000  # of Binkowski et al.


class KernelDistance(NamedTuple):
    """The kernel distance over subsets.

    Attributes:
        mean: the mean of the subsets' estimates, unbiased, so it may fall a little below 0.
        stddev: their standard deviation, 0 for a single subset; the subsets share images, so
            it is not the standard error of the mean.
    """

    mean: float
    stddev: float


def kernel_distance(
    real: Any, fake: Any, subset_size: int | None = None, subsets: int = 100, seed: int = 0
) -> KernelDistance:
    """The kernel distance of Binkowski et al. 2018 (arXiv:1801.01401).

    Of a subset x of m real and a subset y of m generated features,

        sum_{i != j} k(x_i, x_j) / (m (m - 1)) + sum_{i != j} k(y_i, y_j) / (m (m - 1))
        - 2 sum_{i, j} k(x_i, y_j) / m^2,   k(a, b) = (a . b / D + 1)^3,

    the unbiased estimate of the squared maximum mean discrepancy. Each subset is drawn without
    replacement. Unlike the Frechet distance its mean does not depend on the number of images.

    Args:
        real, fake: features [N, D] and [M, D].
        subset_size: m, images in a subset, at least 2. None is 1,000, or all images of the smaller
            side where it has fewer, with a warning.
        subsets: the number of subsets.
        seed: int, of the subsets.

    Returns:
        The mean and the standard deviation over the subsets, in units of k.

    Raises:
        ValueError: features that are no finite matrices of one width, fewer images than
            `subset_size`, a `subset_size` below 2 or `subsets` below 1.

    Examples:
        >>> points = np.random.default_rng(0).normal(size=[400, 8])
        >>> distance = kernel_distance(points[:200], points[200:], subset_size=100)
        >>> abs(distance.mean) < distance.stddev   # about 0
        True
    """
    real, fake = feature_pair(real, fake)
    if subset_size is None:
        subset_size = _default_subset_size(len(real), len(fake))
    checked_count_up_to(
        "subset_size",
        subset_size,
        least=2,
        most=min(len(real), len(fake)),
        limit="the number of images on either side",
        received=f"{len(real)} real and {len(fake)} fake",
    )
    checked_count("subsets", subsets, 1)
    generator = np.random.default_rng(seed)
    distances = [
        _squared_discrepancy(
            generator.choice(real, subset_size, replace=False, shuffle=False),
            generator.choice(fake, subset_size, replace=False, shuffle=False),
        )
        for _ in range(subsets)
    ]
    return KernelDistance(float(np.mean(distances)), _deviation(distances))


def _default_subset_size(real: int, fake: int) -> int:
    size = min(DEFAULT_SUBSET_SIZE, real, fake)
    if size < DEFAULT_SUBSET_SIZE:
        warnings.warn(
            f"The kernel distance is over subsets of {size} images, not {DEFAULT_SUBSET_SIZE}: "
            f"there are {real} real and {fake} generated images.",
            stacklevel=3,
        )
    return size


def _deviation(distances: list[float]) -> float:
    # Squares of distances near 1e231, of features near the largest float32, would be infinite.
    size = float(np.abs(distances).max()) or 1.0
    return float(np.std(np.divide(distances, size)) * size)


def _squared_discrepancy(real: np.ndarray, fake: np.ndarray) -> float:
    """The unbiased estimate from two subsets of one size."""
    between = _cubic_kernel(real, fake).mean()
    return _mean_off_diagonal(real) + _mean_off_diagonal(fake) - 2.0 * between


def _mean_off_diagonal(points: np.ndarray) -> float:
    kernel = _cubic_kernel(points, points)
    return (kernel.sum() - np.trace(kernel)) / (len(points) * (len(points) - 1))


def _cubic_kernel(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    base = first @ second.T / first.shape[1] + 1.0
    return base * base * base  # much quicker than base ** 3
