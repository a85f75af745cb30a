"""Disentanglement, completeness and informativeness, from the importance of codes to factors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from scipy.stats import entropy
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import Lasso
from sklearn.preprocessing import StandardScaler

from keras_infogan.metrics.codes_and_factors import (
    HELD_OUT,
    PointSplit,
    TrainTestPoints,
    check_codes_and_factors,
)

LASSO_ALPHA = 0.02


class Explanation(NamedTuple):
    """What a predictor of one factor learned.

    Attributes:
        importances: float [D], at least 0, how much it relies on each code.
        informativeness: float, at most 1, how well it predicts test points.
    """

    importances: np.ndarray
    informativeness: float


# Explains one factor: points whose factors have shape [N], and a seed.
Explainer = Callable[[TrainTestPoints, int], Explanation]


def boosted_importances(points: TrainTestPoints, seed: int) -> Explanation:
    """Explains a factor by gradient boosted trees; informativeness is their accuracy.

    The same as in disentanglement_lib, with scikit-learn's settings: 100 trees of depth 3.
    """
    trees = GradientBoostingClassifier(random_state=seed)
    trees.fit(points.train_codes, points.train_factors)
    return Explanation(
        trees.feature_importances_, trees.score(points.test_codes, points.test_factors)
    )


def lasso_importances(points: TrainTestPoints, seed: int) -> Explanation:
    """Explains a factor's values, as numbers, by a lasso; all variables are standardized.

    The importances are the absolute coefficients under a penalty of 0.02, as in Eastwood and
    Williams. Informativeness is 1 - RMSE / RMSE of a guess of the mean; it is below 0 if that guess
    is better.

    Codes with almost no information may keep a single small coefficient by chance, and then look
    fully disentangled and complete. So read those scores together with the informativeness.
    """
    del seed  # the fit is not random
    scale_codes = StandardScaler().fit(points.train_codes)
    scale_factor = StandardScaler().fit(points.train_factors[:, None])
    factor, truth = (
        scale_factor.transform(row[:, None])[:, 0]
        for row in (points.train_factors, points.test_factors)
    )
    lasso = Lasso(LASSO_ALPHA).fit(scale_codes.transform(points.train_codes), factor)
    errors = truth - lasso.predict(scale_codes.transform(points.test_codes))
    guess = np.sqrt(np.mean(truth**2))
    informativeness = 1.0 - np.sqrt(np.mean(errors**2)) / guess if guess > 0 else 0.0
    return Explanation(np.abs(lasso.coef_), float(informativeness))


class DCIScores(NamedTuple):
    """The three scores of `dci_scores`, each 1 at best.

    Attributes:
        disentanglement: in [0, 1], 1 where each code is important to a single factor.
        completeness: in [0, 1], 1 where a single code is important to each factor.
        informativeness: at most 1, the mean over factors of the predictor's own measure.
    """

    disentanglement: float
    completeness: float
    informativeness: float


def dci_scores(
    codes: Any,
    factors: Any,
    explain: Explainer = boosted_importances,
    split: PointSplit = HELD_OUT,
    seed: int = 0,
) -> DCIScores:
    """Scores codes by how important each is to a predictor of each factor.

    With R_jk >= 0 the importance of code j to factor k,
    disentanglement = sum_j w_j (1 - H_F(R_j. / sum_k R_jk)), w_j = sum_k R_jk / sum_jk R_jk, and
    completeness = 1/F sum_k (1 - H_D(R_.k / sum_j R_jk)), where H_n is the entropy to base n.

    A code of no importance has weight 0, and a factor to which no code is important has
    completeness 0, so constant codes score 0 and 0. A single code (D = 1) is complete and a
    single factor (F = 1) disentangled wherever there is any importance.

    Args:
        codes: numbers [N, D].
        factors: int [N, F]. Those of a single value are left out.
        explain: what fits a predictor to one factor: `boosted_importances`,
            `lasso_importances`, or a function of the same form. Scores under different ones do
            not compare.
        split: points to fit on and points to score on.
        seed: int, of the split and of the predictors.

    Raises:
        TypeError: factors are not integers.
        ValueError: lengths differ, codes are not finite, or a factor has a single value among
            the points to fit on.

    Examples:
        >>> factors = [[0, 0], [0, 1], [1, 0], [1, 1]] * 20
        >>> [round(float(score), 2) for score in dci_scores(factors, factors)]
        [1.0, 1.0, 1.0]

        Reference: Eastwood and Williams, "A framework for the quantitative evaluation of
        disentangled representations", ICLR 2018, section 2. disentanglement_lib weighs completeness
        by importance, which is the same where each factor's importances sum to 1.
    """
    codes, factors = check_codes_and_factors(codes, factors)
    points = split.draw(codes, factors, seed)
    explanations = [
        explain(points._replace(train_factors=train, test_factors=test), seed)
        for train, test in zip(points.train_factors.T, points.test_factors.T, strict=True)
    ]
    importances = np.stack([explanation.importances for explanation in explanations], axis=1)
    importances = np.maximum(importances, 0.0)  # trees give -1e-17, of which an entropy is infinite
    weights = importances.sum(axis=1) / (importances.sum() or 1.0)
    return DCIScores(
        disentanglement=float(weights @ _concentration(importances)),
        completeness=float(np.mean(_concentration(importances.T))),
        informativeness=float(np.mean([one.informativeness for one in explanations])),
    )


def _concentration(importances: np.ndarray) -> np.ndarray:
    """1 - the entropy of each row, to the base of its length; 0 for a row of zeros."""
    totals = importances.sum(axis=1)
    found = totals > 0
    concentration = np.zeros_like(totals)
    entropies = entropy(importances[found], axis=1) / np.log(max(2, importances.shape[1]))
    concentration[found] = 1.0 - entropies
    return concentration
