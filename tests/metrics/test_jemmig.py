import math

import numpy as np
import pytest

from keras_infogan.metrics import jemmig_scores

# One code equals the factor, the other does so in three of four images.
FACTOR = np.array([[0], [0], [0], [0], [1], [1], [1], [1]])
CODES = np.array([[0, 0, 0, 0, 1, 1, 1, 1], [0, 0, 0, 1, 1, 1, 1, 0]]).T
# H(1/4) in nats: what the second code leaves open.
LEFT_OPEN = -(0.25 * math.log(0.25) + 0.75 * math.log(0.75))


def plain_entropy(*columns):
    """The joint entropy in nats of columns of categories, by its definition."""
    shares = np.unique(np.stack(columns), axis=1, return_counts=True)[1] / len(columns[0])
    return -sum(share * math.log(share) for share in shares)


def test_perfect(perfect, factors):
    assert jemmig_scores(perfect, factors) == pytest.approx([0, 1])


def test_by_hand():
    """ln 2 for both together, less ln 2 that the first tells, and what the second tells."""
    scores = jemmig_scores(CODES, FACTOR)
    assert scores.jemmig == pytest.approx(math.log(2) - LEFT_OPEN)
    greatest = math.log(2) + math.log(20)
    assert scores.normalized == pytest.approx(1 - (math.log(2) - LEFT_OPEN) / greatest)


def test_by_definition(small):
    codes, factors = small
    bins = [np.digitize(c, np.histogram_bin_edges(c, 5)[1:-1]) for c in codes.T]
    each, shares = [], []
    for factor in factors.T:
        joint = [plain_entropy(code, factor) for code in bins]
        information = [
            plain_entropy(code) + plain_entropy(factor) - both
            for code, both in zip(bins, joint, strict=True)
        ]
        second, best = np.argsort(information)[-2:]
        each.append(joint[best] - information[best] + information[second])
        shares.append(1 - each[-1] / (plain_entropy(factor) + math.log(5)))
    expected = [np.mean(each), np.mean(shares)]
    assert jemmig_scores(codes, factors, bins=5) == pytest.approx(expected)


def test_a_code_of_two_factors_pays_for_the_other(factors):
    """MIG is as good as for a code of one factor; JEMMIG is worse by the other's entropy."""
    both = 4 * factors[:, :1] + factors[:, 1:]
    codes = np.hstack([both, np.zeros_like(both)])
    assert jemmig_scores(codes, factors).jemmig == pytest.approx(math.log(4))


def test_independent_codes_are_near_the_greatest_value():
    generator = np.random.default_rng(0)
    codes, factors = generator.uniform(size=[20_000, 3]), generator.integers(0, 4, [20_000, 2])
    scores = jemmig_scores(codes, factors)
    assert scores == pytest.approx([math.log(4) + math.log(20), 0], abs=0.01)


def test_two_equal_codes_have_no_gap(factors):
    scores = jemmig_scores(np.hstack([factors, factors]), factors)
    assert scores.jemmig == pytest.approx(math.log(4))


def test_constant_codes_have_the_factors_entropy(factors):
    scores = jemmig_scores(np.full([len(factors), 3], 0.1), factors)
    share = 1 - math.log(4) / (math.log(4) + math.log(20))
    assert scores == pytest.approx([math.log(4), share])


def test_order_makes_no_difference(small):
    codes, factors = small
    again = jemmig_scores(-codes[:, ::-1], 1 - factors[:, ::-1], bins=6)
    assert again == pytest.approx(jemmig_scores(codes, factors, bins=6))


def test_bins():
    with pytest.raises(ValueError, match="`bins` should be an int of at least 2. Received: bins=1"):
        jemmig_scores(CODES, FACTOR, bins=1)
