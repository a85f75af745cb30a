"""InfoMEC: modularity, compactness and explicitness, all from information."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from sklearn.feature_selection import mutual_info_classif
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, mutual_info_score
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from keras_infogan.metrics.codes_and_factors import (
    check_codes_and_factors,
    check_discrete,
    varying_columns,
)
from keras_infogan.metrics.mutual_information import column_entropies

# As in the authors' code.
NEIGHBORS = 10  # of a point, to estimate the information of a continuous code
ACTIVE_SHARE = 0.05  # of the widest range of a continuous code


class InfoMECScores(NamedTuple):
    """The three scores of `infomec_scores`, each 1 at best.

    Attributes:
        modularity: InfoM in [0, 1], 1 where each active code has information about one factor.
        compactness: InfoC in [0, 1], 1 where the information about each factor is in one code.
        explicitness: InfoE in [0, 1], 1 where a logistic regression reads every factor.
    """

    modularity: float
    compactness: float
    explicitness: float


def infomec_scores(
    codes: Any, factors: Any, discrete: Sequence[bool] | None = None, seed: int = 0
) -> InfoMECScores:
    """Scores codes against factors by normalized information, and by a simple reader.

    With v_k factor k of F, c_j active code j of D, H the entropy and
    M_jk = I(c_j; v_k) / H(v_k):

        InfoM = (1/D sum_j max_k M_jk / sum_k M_jk - 1/F) / (1 - 1/F)
        InfoC = (1/F sum_k max_j M_jk / sum_j M_jk - 1/D) / (1 - 1/D)
        InfoE = 1/F sum_k (H(v_k) - H_r(v_k | c)) / H(v_k)

    H_r(v_k | c) is the cross-entropy, in nats, of a logistic regression r without a penalty that
    predicts factor k from all codes. H(v_k) is that of the null predictor, which sees no code. So
    InfoE is the predictive V-information of the codes, in units of the entropy.

    A code is active if it varies and, for a continuous code, if its range is above a twentieth of
    the widest range of a continuous code. Other codes have no part in InfoM and InfoC.

    All three are taken on the points that they are fitted on, so they are biased upwards: use
    thousands of points. Even then a code of noise may look modular, if the little information that
    is estimated for it is about one factor. So read InfoM together with InfoE.

    Args:
        codes: numbers [N, D].
        factors: int [N, F]. Those of a single value are left out.
        discrete: bool [D], the codes that are categories, whose order means nothing; by default
            none. Their information is computed from counts, and the regression reads them one-hot.
            For other codes the information is estimated from 10 nearest neighbors, and the
            regression reads them standardized.
        seed: int, of the tiny noise that separates equal values of continuous codes.

    Raises:
        TypeError: factors are not integers.
        ValueError: lengths differ, codes are not finite, every factor has a single value, or
            `discrete` has another length than the codes.

    Examples:
        >>> factors = [[0, 0], [0, 1], [1, 0], [1, 1]] * 9
        >>> scores = infomec_scores(factors, factors, discrete=[True, True])
        >>> [round(score, 2) for score in scores]
        [1.0, 1.0, 1.0]

        Reference: arXiv:2305.18378, and the code of its authors. We deviate from the
        code in three ways. It takes all codes as discrete or all as continuous; here each code has
        its own kind. Its regression weights the classes by their inverse frequency, but its
        cross-entropy does not; here neither does, as in the equation, and both agree where all
        values are equally frequent. Where its scores are 0 / 0, a code or a factor without any
        measured information counts 0, and a single factor (for InfoM) or a single active code (for
        InfoC) counts 1 if it has information.
    """
    codes, factors = check_codes_and_factors(codes, factors)
    is_discrete = check_discrete(discrete, codes.shape[1])
    active = _active(codes, is_discrete)
    information = _normalized_information(codes[:, active], factors, is_discrete[active], seed)
    inputs = _inputs(codes, is_discrete)
    return InfoMECScores(
        modularity=_concentration(information),
        compactness=_concentration(information.T),
        explicitness=float(np.mean([_explained(inputs, factor) for factor in factors.T])),
    )


def _active(codes: np.ndarray, is_discrete: np.ndarray) -> np.ndarray:
    """Which codes are active, bool [D]."""
    ranges = np.ptp(codes, axis=0)
    widest = ranges[~is_discrete].max(initial=0.0)
    return varying_columns(codes) & (is_discrete | (ranges > ACTIVE_SHARE * widest))


def _normalized_information(
    codes: np.ndarray, factors: np.ndarray, is_discrete: np.ndarray, seed: int
) -> np.ndarray:
    """M_jk, float64 [D, F]."""
    if not codes.size:
        return np.zeros([0, factors.shape[1]])
    columns = [
        mutual_info_classif(
            codes, factor, discrete_features=is_discrete, n_neighbors=NEIGHBORS, random_state=seed
        )
        for factor in factors.T
    ]
    return np.stack(columns, axis=1) / column_entropies(factors)


def _concentration(information: np.ndarray) -> float:
    """How far each row is in a single column: 0 for equal columns, 1 for a single one."""
    if not information.size:
        return 0.0
    totals, columns = information.sum(axis=1), information.shape[1]
    if columns == 1:
        return float(np.mean(totals > 0))
    least = np.full(len(totals), 1.0 / columns)
    shares = np.divide(information.max(axis=1), totals, out=least, where=totals > 0)
    return float((shares.mean() - 1.0 / columns) / (1.0 - 1.0 / columns))


def _inputs(codes: np.ndarray, is_discrete: np.ndarray) -> np.ndarray:
    """What the regression reads: continuous codes standardized, then discrete ones one-hot."""
    parts = []
    if not is_discrete.all():
        parts.append(StandardScaler().fit_transform(codes[:, ~is_discrete]))
    if is_discrete.any():
        parts.append(OneHotEncoder(sparse_output=False).fit_transform(codes[:, is_discrete]))
    return np.concatenate(parts, axis=1)


def _explained(inputs: np.ndarray, factor: np.ndarray) -> float:
    """The share of a factor's entropy that the regression explains."""
    regression = LogisticRegression(C=np.inf, max_iter=1000).fit(inputs, factor)
    left_open = log_loss(factor, regression.predict_proba(inputs), labels=regression.classes_)
    return max(0.0, 1.0 - float(left_open) / float(mutual_info_score(factor, factor)))
