"""The Frechet distance between two Gaussians fitted to features, from running moments."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import linalg

from keras_infogan.metrics.checks import finite_matrix


class RunningGaussian:
    """The mean and covariance of features that arrive in batches, in float64.

    Two sets A and B of n_A and n_B rows, with means m and scatters S = sum (x - m)(x - m)^T,
    become one of n = n_A + n_B rows (Chan, Golub and LeVeque 1979, here for vectors):

        d = m_B - m_A,   m = m_A + d n_B / n,   S = S_A + S_B + d d^T n_A n_B / n.

    The order and the sizes of the batches change the result by rounding only, and no features
    are kept: D + D^2 numbers are.

    Examples:
        >>> gaussian = RunningGaussian()
        >>> gaussian.update([[0.0, 1.0], [2.0, 1.0]])
        >>> gaussian.mean.tolist(), gaussian.covariance.tolist()
        ([1.0, 1.0], [[2.0, 0.0], [0.0, 0.0]])
    """

    def __init__(self) -> None:
        self.count = 0
        self._mean = np.zeros(0)
        self._scatter = np.zeros([0, 0])

    def update(self, features: Any) -> None:
        """Adds a batch of features.

        Args:
            features: [B, D], B and D of at least 1.

        Raises:
            ValueError: another shape, NaN or infinity, or another width than before.
        """
        rows = finite_matrix("features", features).astype(np.float64)
        mean = rows.mean(axis=0)
        centred = rows - mean
        self._combine(len(rows), mean, centred.T @ centred)

    def merge(self, other: RunningGaussian) -> None:
        """Adds the features of another Gaussian, which does not change and may be empty.

        Raises:
            ValueError: the widths differ.
        """
        if other.count:
            self._combine(other.count, other._mean, other._scatter)

    @property
    def mean(self) -> np.ndarray:
        """The mean, float64 [D].

        Raises:
            ValueError: there were no features.
        """
        self._require(1)
        return self._mean

    @property
    def covariance(self) -> np.ndarray:
        """The unbiased covariance S / (n - 1), float64 [D, D].

        Raises:
            ValueError: there were fewer than two rows of features.
        """
        self._require(2)
        return self._scatter / (self.count - 1)

    def _combine(self, count: int, mean: np.ndarray, scatter: np.ndarray) -> None:
        if not self.count:
            self.count, self._mean, self._scatter = count, mean, scatter
            return
        if len(mean) != len(self._mean):
            raise ValueError(
                f"Features should have the width {len(self._mean)} of those before. "
                f"Received: width {len(mean)}"
            )
        total = self.count + count
        shift = mean - self._mean
        self._mean = self._mean + shift * (count / total)
        self._scatter = (
            self._scatter + scatter + np.outer(shift, shift) * (self.count * count / total)
        )
        self.count = total

    def _require(self, rows: int) -> None:
        if self.count < rows:
            raise ValueError(
                f"There should be at least {rows} row{'s' if rows > 1 else ''} of features. "
                f"Received: {self.count}"
            )


def frechet_distance(real: RunningGaussian, fake: RunningGaussian) -> float:
    """The squared Frechet (2-Wasserstein) distance between two Gaussians, 0 if they are equal.

        |m_1 - m_2|^2 + tr(C_1) + tr(C_2) - 2 tr((C_1 C_2)^(1/2))

    with means m and covariances C (Heusel et al. 2017, arXiv:1706.08500, equation 6). The last
    trace is the sum of the singular values of C_1^(1/2) C_2^(1/2), which exists for singular
    covariances too, so no multiple of the identity is added to them. The distance is in squared
    units of the features and falls with the number of images: compare equal numbers. Over
    features that are not those of the original Inception network it is no FID.

    Args:
        real, fake: the moments of at least two rows each, of one width.

    Raises:
        ValueError: fewer than two rows, or widths that differ.

    Examples:
        >>> real, fake = RunningGaussian(), RunningGaussian()
        >>> real.update([[0.0], [2.0]])
        >>> fake.update([[3.0], [5.0]])
        >>> round(float(frechet_distance(real, fake)), 3)
        9.0
    """
    if len(real.mean) != len(fake.mean):
        raise ValueError(
            "`real` and `fake` should have features of one width. "
            f"Received: widths {len(real.mean)} and {len(fake.mean)}"
        )
    shift = real.mean - fake.mean
    traces = np.trace(real.covariance) + np.trace(fake.covariance)
    overlap = linalg.svdvals(_root(real.covariance) @ _root(fake.covariance)).sum()
    # Between equal Gaussians, rounding may give a value just below 0.
    return max(0.0, float(shift @ shift + traces - 2.0 * overlap))


def _root(covariance: np.ndarray) -> np.ndarray:
    """The symmetric square root of a matrix without negative eigenvalues, but for rounding."""
    values, vectors = linalg.eigh(covariance)
    return (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
