"""JEMMIG: a gap of information that also asks that the best code holds nothing else."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from keras_infogan.metrics.codes_and_factors import check_codes_and_factors
from keras_infogan.metrics.mutual_information import (
    BINS,
    column_entropies,
    discretize,
    information_matrix,
    with_second_code,
)


class JEMMIGScores(NamedTuple):
    """The two forms of `jemmig_scores`.

    Attributes:
        jemmig: in nats, at least 0; lower is better, and 0 is best.
        normalized: in [0, 1]; higher is better, and 1 is best.
    """

    jemmig: float
    normalized: float


def jemmig_scores(codes: Any, factors: Any, bins: int = BINS) -> JEMMIGScores:
    """The joint entropy minus the mutual information gap: is each factor in one code, alone?

    With y_k factor k of F, z* the code with the most information about it, z° the code with the
    second most, both in B equal bins, H the entropy and I the mutual information in nats:

        JEMMIG_k   = H(z*, y_k) - I(z*; y_k) + I(z°; y_k)
        JEMMIG     = 1/F sum_k JEMMIG_k
        normalized = 1/F sum_k [1 - JEMMIG_k / (H(y_k) + ln B)]

    H(y_k) + ln B is the greatest value of JEMMIG_k: that of a code that is independent of the
    factor and fills all bins equally. MIG asks only that the gap I(z*; y_k) - I(z°; y_k) is wide.
    JEMMIG also asks that H(z*, y_k) is small, that is, that z* holds nothing but the factor.

    The information is computed from counts, with the bias that `mig_score` describes. JEMMIG grows
    with the number of bins, so compare scores of equal bins only.

    Args:
        codes: numbers [N, D]. A single code (D = 1) is compared with a constant one. A constant
            code has JEMMIG_k = H(y_k).
        factors: int [N, F]. Those of a single value are left out.
        bins: int, at least 2.

    Raises:
        TypeError: factors are not integers.
        ValueError: lengths differ, codes are not finite, every factor has a single value, or
            `bins` is below 2.

    Examples:
        >>> factors = [[0, 0], [0, 1], [1, 0], [1, 1]]
        >>> round(abs(jemmig_scores(factors, factors).jemmig), 3)   # each code is one factor
        0.0
        >>> both = [[0], [1], [2], [3]]
        >>> round(jemmig_scores(both, factors).jemmig, 3)   # ln 4 - ln 2
        0.693

        Reference: arXiv:1908.09961. The normalized form is that of the code of Carbonneau et al.
        2020 (arXiv:2012.09276). In the paper the entropies are those of the encoder's density, by
        sampling or by bins; here codes are numbers without a density, in the bins of `mig_score`.
    """
    codes, factors = check_codes_and_factors(codes, factors)
    binned = discretize(with_second_code(codes), bins)
    information = information_matrix(binned, factors)
    second, first = np.sort(information, axis=0)[-2:]
    factor_entropies = column_entropies(factors)
    joint = column_entropies(binned)[information.argmax(axis=0)] + factor_entropies - first
    each = joint - first + second
    return JEMMIGScores(
        float(each.mean()), float(np.mean(1.0 - each / (factor_entropies + np.log(bins))))
    )
