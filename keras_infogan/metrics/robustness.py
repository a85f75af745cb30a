"""A measure of disentanglement by how little a code changes while its own factor is fixed."""

from __future__ import annotations

from typing import Any

import numpy as np

from keras_infogan.metrics.codes_and_factors import check_codes_and_factors, varying_columns


def irs_score(codes: Any, factors: Any, quantile: float = 0.99) -> float:
    """The interventional robustness score: do other factors leave each code alone?

    IRS = sum_j w_j max_k (1 - 1/K_k sum_v Q_v |c_j - E[c_j | v_k = v]| / m_j), where
    m_j = max |c_j - E c_j|, w_j = m_j / sum_j m_j, K_k counts the values of factor k, and Q_v
    is a quantile over the images whose factor k has value v.

    The expectations are means over rows, which assumes that the factors are crossed and equally
    frequent.

    Args:
        codes: numbers [N, D]. Constant codes are left out; where there is no other, the score
            is 0.
        factors: int [N, F]. Those of a single value are left out.
        quantile: float in (0, 1]. The paper takes the maximum, 1, which one outlier decides;
            0.99 is the default of disentanglement_lib, which adopted the authors' code.

    Returns:
        A float, at most 1: 1 where each code depends on one factor only. By chance it is about
        0, and above it by what the quantile cuts off. A value that few images have looks
        robust, so the score needs many images per value.

    Raises:
        TypeError: factors are not integers.
        ValueError: lengths differ, codes are not finite, every factor has a single value, or
            `quantile` is not in (0, 1].

    Examples:
        >>> factors = [[0, 0], [0, 1], [1, 0], [1, 1]]
        >>> round(float(irs_score(factors, factors)), 3)
        1.0

        Reference: arXiv:1811.00007.
    """
    if not 0.0 < quantile <= 1.0:
        raise ValueError(f"`quantile` should be in (0, 1]. Received: quantile={quantile!r}")
    codes, factors = check_codes_and_factors(codes, factors)
    codes = codes[:, varying_columns(codes)]
    if not codes.size:
        return 0.0
    greatest = np.abs(codes - codes.mean(axis=0)).max(axis=0)
    deviations = [_mean_deviation(codes, factor, quantile) for factor in factors.T]
    robustness = 1.0 - np.min(deviations, axis=0) / greatest
    return float(np.average(robustness, weights=greatest))


def _mean_deviation(codes: np.ndarray, factor: np.ndarray, quantile: float) -> np.ndarray:
    """How far codes deviate, [D], from their mean at each value of a factor; mean over values."""
    within = (codes[factor == value] for value in np.unique(factor))
    return np.mean(
        [np.quantile(np.abs(group - group.mean(axis=0)), quantile, axis=0) for group in within],
        axis=0,
    )
