import math

import numpy as np
import pytest

from keras_infogan.metrics import infomec_scores

BOTH = [True, True]
# The second factor equals the first in three of four images.
FACTORS = np.array([[0, 0, 0, 0, 1, 1, 1, 1], [0, 0, 0, 1, 1, 1, 1, 0]]).T
# I(first; second) / H(second): H(1/4) is what the first leaves open.
SHARED = 1 + (0.25 * math.log(0.25) + 0.75 * math.log(0.75)) / math.log(2)


def test_perfect_discrete(factors):
    assert infomec_scores(factors[:, ::-1], factors, BOTH) == pytest.approx([1, 1, 1], abs=1e-3)


def test_perfect_continuous():
    """Codes that say the factor's value and are spread evenly around it."""
    generator = np.random.default_rng(0)
    factors = generator.integers(0, 3, [2000, 2])
    codes = factors + generator.uniform(0, 0.5, factors.shape)
    assert infomec_scores(codes, factors) == pytest.approx([1, 1, 1], abs=0.05)


def test_by_hand():
    """Information 1 and SHARED about the two factors, which the reader gets in full."""
    scores = infomec_scores(FACTORS[:, :1], FACTORS, [True])
    assert scores.modularity == pytest.approx((1 / (1 + SHARED) - 1 / 2) / (1 / 2))
    assert scores.compactness == 1.0
    assert scores.explicitness == pytest.approx((1 + SHARED) / 2, abs=1e-3)


def test_a_factor_in_two_codes_is_not_compact(factors):
    """Shares 1/2 and 1, of which a third each is the least: (3/4 - 1/3) / (2/3)."""
    codes = np.column_stack([factors[:, 0], factors[:, 0], factors[:, 1]])
    scores = infomec_scores(codes, factors, [True] * 3)
    assert scores[:2] == pytest.approx([1.0, 0.625])


def test_two_factors_in_one_code_are_not_modular(factors):
    scores = infomec_scores(4 * factors[:, :1] + factors[:, 1:], factors, [True])
    assert scores == pytest.approx([0, 1, 1], abs=1e-3)


def test_independent_codes_explain_nothing(independent, factors):
    assert infomec_scores(independent, factors).explicitness == pytest.approx(0.0, abs=0.03)


def test_rotated_codes_are_explicit_but_not_modular(rotated, factors):
    blurred = rotated + np.random.default_rng(0).uniform(-0.01, 0.01, rotated.shape)
    scores = infomec_scores(blurred, factors)
    assert scores.modularity < 0.5
    assert scores.explicitness > 0.9


def test_inactive_codes_are_pruned(factors):
    """A constant category, and a copy of a code at a hundredth of its range."""
    wide = factors[:, 0] + np.random.default_rng(1).uniform(0, 0.5, len(factors))
    alone = infomec_scores(wide[:, None], factors)
    codes = np.column_stack([wide, 0.01 * wide, np.ones_like(wide)])
    pruned = infomec_scores(codes, factors, [False, False, True])
    assert pruned[:2] == pytest.approx(alone[:2])
    codes[:, 1] *= 10
    assert infomec_scores(codes, factors, [False, False, True]).compactness < alone.compactness


def test_order_and_names_of_values_make_no_difference(small):
    _, factors = small
    codes = np.random.default_rng(0).integers(0, 3, [60, 2]) + factors
    scores = infomec_scores(codes, factors, BOTH)
    renamed = np.array([7, 3, 9, 1, 5])[codes[:, ::-1]]
    again = infomec_scores(renamed, 1 - factors[:, ::-1], BOTH)
    assert again == pytest.approx(scores, abs=1e-3)


def test_the_order_of_a_category_means_nothing(factors):
    """Four values in a scrambled order, of which a binary factor is two that do not touch."""
    factor = (factors[:, :1] % 2).astype(int)
    assert infomec_scores(factors[:, :1], factor, [True]).explicitness > 0.99
    assert infomec_scores(factors[:, :1], factor).explicitness < 0.3


@pytest.mark.parametrize("discrete", [True, False])
def test_constant_codes_count_0(discrete, factors):
    codes = np.full([len(factors), 2], 0.1)
    assert infomec_scores(codes, factors, [discrete] * 2) == pytest.approx([0, 0, 0], abs=1e-6)


def test_a_single_factor_is_modular_if_a_code_knows_it(factors):
    codes = np.column_stack([factors[:, 0], factors[:, 1]])
    assert infomec_scores(codes[:, :1], factors[:, :1], [True]).modularity == 1.0
    assert infomec_scores(codes, factors[:, :1], BOTH).modularity < 1.0


def test_seed(small):
    assert infomec_scores(*small, seed=3) == infomec_scores(*small, seed=3)


def test_each_code_has_a_kind(small):
    with pytest.raises(
        ValueError, match=r"`discrete` should have one boolean for each of 3 codes. Received: disc"
    ):
        infomec_scores(*small, discrete=[True])
