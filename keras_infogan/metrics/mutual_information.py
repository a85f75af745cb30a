"""Measures of disentanglement by the information, in nats, of each code about each factor."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.metrics import mutual_info_score

from keras_infogan.metrics.codes_and_factors import check_codes_and_factors
from keras_infogan.runtime.arguments import checked_count

BINS = 20


def discretize(codes: np.ndarray, bins: int = BINS) -> np.ndarray:
    """Each code in equal bins between its own least and greatest value, int64 [N, D].

    A constant code is in one bin.

    Raises:
        ValueError: `bins` is below 2.
    """
    checked_count("bins", bins, 2)
    least = codes.min(axis=0)
    spans = codes.max(axis=0) - least
    positions = (codes - least) / np.where(spans > 0, spans, 1.0)
    return np.minimum(np.floor(positions * bins), bins - 1).astype(np.int64)


def information_matrix(bins: np.ndarray, factors: np.ndarray) -> np.ndarray:
    """I(bin of code j; factor k) in nats, float64 [D, F], from the counts of [N, D] and [N, F]."""
    return np.array([[mutual_info_score(row, code) for row in factors.T] for code in bins.T])


def mean_gap(scores: np.ndarray) -> float:
    """The mean over columns of the greatest less the second greatest of scores [D, F]."""
    second, first = np.sort(scores, axis=0)[-2:]
    return float(np.mean(first - second))


def column_entropies(columns: np.ndarray) -> np.ndarray:
    """H of each column, in nats, float [D], of integers [N, D]."""
    return np.array([mutual_info_score(column, column) for column in columns.T])


def with_second_code(codes: np.ndarray) -> np.ndarray:
    """Codes [N, D], with a constant second code if D = 1: a gap needs two codes."""
    return codes if codes.shape[1] > 1 else np.pad(codes, [(0, 0), (0, 1)])


def mig_score(codes: Any, factors: Any, bins: int = BINS) -> float:
    """The mutual information gap: does a single code hold the information on each factor?

    MIG = 1/F sum_k [I(c_j(k); v_k) - max_{j != j(k)} I(c_j; v_k)] / H(v_k), where c_j is code
    j in equal bins, v_k is factor k, j(k) = argmax_j I(c_j; v_k), and H is the entropy.

    The information is computed from counts, which is biased upwards: with few points per bin, or
    fewer points than bins, every code seems to be informative, and a gap means little.

    Args:
        codes: numbers [N, D]. A constant code has no information. A single code (D = 1) is
            compared with a constant one.
        factors: int [N, F]. Those of a single value are left out.
        bins: int, at least 2.

    Returns:
        A float in [0, 1]: 1 if each factor is in one code and in no other; 0 if two codes have
        equal information about each factor, or none has any.

    Raises:
        TypeError: factors are not integers.
        ValueError: lengths differ, codes are not finite, every factor has a single value, or
            `bins` is below 2.

    Examples:
        >>> factors = [[0, 0], [0, 1], [1, 0], [1, 1]]
        >>> codes = [[0.0, 9.0], [0.0, 5.0], [1.0, 9.0], [1.0, 5.0]]
        >>> round(float(mig_score(codes, factors)), 3)
        1.0

        Reference: arXiv:1802.04942, section 4. There the information is computed from the
        encoder's density; bins are those of disentanglement_lib (arXiv:1811.12359).
    """
    codes, factors = check_codes_and_factors(codes, factors)
    information = information_matrix(discretize(with_second_code(codes), bins), factors)
    return mean_gap(information / column_entropies(factors))


def modularity_score(codes: Any, factors: Any, bins: int = BINS) -> float:
    """The modularity: does each code hold information on a single factor?

    Modularity = 1/D sum_j [1 - sum_{k != k(j)} m_jk^2 / ((F - 1) m_jk(j)^2)], where
    m_jk = I(c_j; v_k) in nats, with c_j code j in equal bins and v_k factor k, and
    k(j) = argmax_k m_jk.

    Whether a code that is independent of all factors looks modular depends on the noise of its
    counts; only a code without any measured information, such as a constant one, counts 0.

    Args:
        codes: numbers [N, D].
        factors: int [N, F]. Those of a single value are left out; with one factor left, every
            code with information about it counts 1.
        bins: int, at least 2.

    Returns:
        A float in [0, 1]: 1 if each code has information about one factor, 0 if each has equal
        information about all.

    Raises:
        TypeError: factors are not integers.
        ValueError: lengths differ, codes are not finite, every factor has a single value, or
            `bins` is below 2.

    Examples:
        >>> factors = [[0, 0], [0, 1], [1, 0], [1, 1]]
        >>> round(float(modularity_score([[0.0], [0.0], [1.0], [1.0]], factors)), 3)
        1.0

        Reference: arXiv:1802.05312, section 3.
    """
    codes, factors = check_codes_and_factors(codes, factors)
    squares = np.square(information_matrix(discretize(codes, bins), factors))
    greatest = squares.max(axis=1)
    informs = greatest > 0
    others = squares.sum(axis=1)[informs] - greatest[informs]
    deviations = others / (greatest[informs] * max(1, factors.shape[1] - 1))
    return float(np.sum(1.0 - deviations) / len(squares))
