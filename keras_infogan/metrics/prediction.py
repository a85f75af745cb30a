"""Measures of disentanglement by how well linear predictors predict factors from codes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from keras_infogan.metrics.codes_and_factors import (
    HELD_OUT,
    PointSplit,
    check_codes_and_factors,
    varying_columns,
)
from keras_infogan.metrics.mutual_information import mean_gap, with_second_code

# One over the weight of the penalty, as in disentanglement_lib and in InfoGAN-CR.
SUPPORT_VECTOR_C = 0.01


def sap_score(
    codes: Any,
    factors: Any,
    continuous: Sequence[bool] | None = None,
    split: PointSplit = HELD_OUT,
    seed: int = 0,
) -> float:
    """Separated attribute predictability: does one code predict each factor much better?

    SAP = 1/F sum_k [S_j(k)k - max_{j != j(k)} S_jk], where j(k) = argmax_j S_jk. For a
    categorical factor v_k, S_jk is the accuracy on test points of a linear support vector
    machine that predicts v_k from code j alone; for a continuous one, the squared correlation of
    code and factor, Cov(c_j, v_k)^2 / (Var c_j Var v_k), on the points to fit on.

    A linear machine cannot separate a value between two others on the line, so a categorical factor
    of more than two values seldom reaches an accuracy of 1. A code without information still has
    the accuracy of a guess, so the gap of a factor of K equally frequent values is at most 1 - 1/K.

    Args:
        codes: numbers [N, D]. A constant code has the accuracy of a guess and a squared
            correlation of 0. A single code (D = 1) is compared with a constant one.
        factors: int [N, F]. Those of a single value are left out.
        continuous: bool [F], the factors whose values are equally spaced points on a line;
            by default none.
        split: points to fit on and points to score on.
        seed: int, of the split and of the classifiers.

    Returns:
        A float in [0, 1]; 0 where two codes predict each factor equally well.

    Raises:
        TypeError: factors are not integers.
        ValueError: lengths differ, codes are not finite, a factor has a single value among the
            points to fit on, or `continuous` has another length than the factors.

    Examples:
        >>> factors = [[0], [1], [2], [3]] * 10
        >>> codes = [[0.0, 1.0], [2.0, 1.0], [4.0, 1.0], [6.0, 1.0]] * 10
        >>> round(float(sap_score(codes, factors, continuous=[True])), 3)
        1.0

        Reference: arXiv:1711.00848, section 3. The classifier is disentanglement_lib's,
        LinearSVC(C=0.01, class_weight="balanced").
    """
    codes, kept_factors = check_codes_and_factors(codes, factors)
    correlated = _check_continuous(continuous, np.asarray(factors))
    points = split.draw(with_second_code(codes), kept_factors, seed)

    def predictability(code: int, factor: int) -> float:
        train = points.train_codes[:, [code]], points.train_factors[:, factor]
        if correlated[factor]:
            return _squared_correlation(train[0][:, 0], train[1])
        classifier = LinearSVC(
            C=SUPPORT_VECTOR_C, class_weight="balanced", dual="auto", random_state=seed
        ).fit(*train)
        return classifier.score(points.test_codes[:, [code]], points.test_factors[:, factor])

    code_numbers, factor_numbers = (
        range(rows.shape[1]) for rows in (points.train_codes, points.train_factors)
    )
    return mean_gap(
        np.array([[predictability(j, k) for k in factor_numbers] for j in code_numbers])
    )


def _check_continuous(continuous: Sequence[bool] | None, factors: np.ndarray) -> np.ndarray:
    """Which of the factors that vary are continuous."""
    if continuous is None:
        continuous = [False] * factors.shape[1]
    if np.shape(continuous) != factors.shape[1:]:
        raise ValueError(
            f"`continuous` should have one boolean for each of {factors.shape[1]} factors. "
            f"Received: continuous={continuous!r}"
        )
    return np.asarray(continuous, bool)[varying_columns(factors)]


def _squared_correlation(code: np.ndarray, factor: np.ndarray) -> float:
    return float(np.corrcoef(code, factor)[0, 1] ** 2) if varying_columns(code) else 0.0


def explicitness_score(
    codes: Any, factors: Any, split: PointSplit = HELD_OUT, seed: int = 0
) -> float:
    """The explicitness: can a linear classifier predict each value of each factor from all codes?

    Explicitness = 1/F sum_k 1/K_k sum_v AUC_kv, where AUC_kv is the area under the receiver
    operating characteristic, on test points, of a logistic regression that separates the images
    whose factor k has value v from all others.

    The area is not rescaled: chance scores 0.5. A value that is absent from either part of the
    points is left out, and a factor none of whose values is left counts 0.5.

    Args:
        codes: numbers [N, D]; they are standardized. Constant codes predict by chance.
        factors: int [N, F]. Those of a single value are left out.
        split: points to fit on and points to score on.
        seed: int, of the split.

    Returns:
        A float in [0, 1]: 1 where every value is linearly separable, about 0.5 by chance.

    Raises:
        TypeError: factors are not integers.
        ValueError: lengths differ, codes are not finite, or a factor has a single value among
            the points to fit on.

    Examples:
        >>> codes, factors = [[0.0], [0.1], [0.9], [1.0]] * 9, [[0], [0], [1], [1]] * 9
        >>> round(float(explicitness_score(codes, factors)), 3)
        1.0

        Reference: arXiv:1802.05312, section 3. The areas are those of each classifier's own logit;
        disentanglement_lib and InfoGAN-CR take the probabilities normalized over the values, and
        InfoGAN-CR does not standardize.
    """
    codes, factors = check_codes_and_factors(codes, factors)
    points = split.draw(codes, factors, seed)
    scaler = StandardScaler().fit(points.train_codes)
    train_codes, test_codes = map(scaler.transform, (points.train_codes, points.test_codes))
    areas = []
    for train, test in zip(points.train_factors.T, points.test_factors.T, strict=True):
        ranked = [
            roc_auc_score(test == value, _logits(train_codes, train == value, test_codes))
            for value in np.intersect1d(train, test)
            if not np.all(test == value)
        ]
        areas.append(np.mean(ranked) if ranked else 0.5)
    return float(np.mean(areas))


def _logits(train_codes: np.ndarray, is_value: np.ndarray, test_codes: np.ndarray) -> np.ndarray:
    classifier = LogisticRegression(max_iter=1000).fit(train_codes, is_value)
    return classifier.decision_function(test_codes)
