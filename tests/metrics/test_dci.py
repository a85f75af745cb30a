import math

import numpy as np
import pytest
from sklearn.linear_model import Lasso

from keras_infogan.metrics import Explanation, PointSplit, dci_scores, lasso_importances

IN_SAMPLE = PointSplit(train=1000, test=0)


def explain_by(importances):
    """An explainer that knows the importances [D, F] of each factor in turn."""
    rows = iter(np.transpose(importances).astype(float))
    return lambda parts, seed: Explanation(next(rows), 0.25)


def plain_entropy(weights, base):
    shares = [weight / sum(weights) for weight in weights]
    return -sum(share * math.log(share, base) for share in shares if share)


def test_perfect(factors):
    binary = factors // 2
    assert dci_scores(binary * [-2.0, 0.5], binary) == pytest.approx((1.0, 1.0, 1.0), abs=1e-6)


def test_independent():
    generator = np.random.default_rng(0)
    codes, factors = generator.uniform(size=[600, 2]), generator.integers(0, 2, [600, 2])
    scores = dci_scores(codes, factors)
    assert scores.disentanglement == pytest.approx(0.0, abs=0.05)
    assert scores.completeness == pytest.approx(0.0, abs=0.05)
    assert scores.informativeness == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize("options", [{}, {"explain": lasso_importances}])
def test_rotated(options, rotated, factors):
    scores = dci_scores(rotated, factors // 2, **options)
    assert 0.02 < scores.disentanglement < 0.95
    assert 0.02 < scores.completeness < 0.95
    assert 0.5 < scores.informativeness <= 1.0


def test_by_hand(factors):
    codes = np.random.default_rng(0).normal(size=[len(factors), 3])
    # Shares of the first code are 3/4 and 1/4, of the first factor's column 1 and 0.
    scores = dci_scores(codes, factors, explain_by([[3, 1], [0, 4], [0, 0]]))
    two_bits = plain_entropy([3, 1], 2)
    assert two_bits == pytest.approx(0.811278, abs=1e-6)
    assert scores.disentanglement == pytest.approx(4 / 8 * (1 - two_bits) + 4 / 8 * 1)
    assert scores.completeness == pytest.approx((1 + (1 - plain_entropy([1, 4], 3))) / 2)
    assert scores.informativeness == 0.25


def test_a_factor_to_which_no_code_is_important(factors):
    scores = dci_scores(np.zeros([len(factors), 2]), factors, explain_by([[1, 0], [0, 0]]))
    assert scores[:2] == pytest.approx((1.0, 0.5))


def test_by_definition(small):
    codes, factors = small
    standardised = (codes - codes.mean(axis=0)) / codes.std(axis=0)
    targets = (factors - factors.mean(axis=0)) / factors.std(axis=0)
    lassos = [Lasso(alpha=0.02).fit(standardised, target) for target in targets.T]
    columns = [np.abs(lasso.coef_) for lasso in lassos]
    importances = np.stack(columns, axis=1)
    disentanglement = sum(
        sum(row) / importances.sum() * (1 - plain_entropy(row, 2)) for row in importances
    )
    completeness = np.mean([1 - plain_entropy(column, 3) for column in columns])
    # The root of the mean squared error, in units of the target's standard deviation.
    errors = [
        np.sqrt(np.mean((target - lasso.predict(standardised)) ** 2))
        for lasso, target in zip(lassos, targets.T, strict=True)
    ]
    scores = dci_scores(codes, factors, lasso_importances, IN_SAMPLE)
    expected = (disentanglement, completeness, 1 - np.mean(errors))
    assert scores == pytest.approx(expected, rel=1e-3)


def test_lasso_on_uncorrelated_codes(perfect, factors):
    # The penalty of 0.02 takes 0.02 off the coefficient 1, and the error is as much.
    scores = dci_scores(perfect, factors, lasso_importances, IN_SAMPLE)
    assert scores == pytest.approx((1.0, 1.0, 0.98))


def test_lasso_informs_of_nothing_from_independent_codes():
    generator = np.random.default_rng(0)
    codes, factors = generator.uniform(size=[6000, 2]), generator.integers(0, 2, [6000, 2])
    scores = dci_scores(codes, factors, lasso_importances)
    assert scores.informativeness == pytest.approx(0.0, abs=0.01)


@pytest.mark.parametrize("options", [{}, {"explain": lasso_importances}])
def test_constant_codes(options, factors):
    scores = dci_scores(np.full([90, 2], 0.1), factors[:90] // 2, **options)
    assert scores[:2] == (0.0, 0.0)
    assert -0.1 <= scores.informativeness <= 0.6


def test_the_seed_decides(small):
    scores = [dci_scores(*small, lasso_importances, PointSplit(30, 20), seed) for seed in (0, 0, 1)]
    assert scores[0] == scores[1] != scores[2]


@pytest.mark.parametrize("options", [{}, {"explain": lasso_importances}])
def test_a_single_code_and_a_single_factor(options, factors):
    binary = factors[:90, :1] // 2
    scores = dci_scores(binary, binary, **options)
    assert scores[:2] == (1.0, 1.0)


def test_an_importance_just_below_zero_counts_as_zero():
    codes = np.random.default_rng(0).normal(size=[60, 2])
    factors = (codes[:, :1] > 0).astype(int)
    scores = dci_scores(
        codes, factors, lambda points, seed: Explanation(np.array([1, -1e-17]), 1.0)
    )
    assert scores == pytest.approx((1.0, 1.0, 1.0))
