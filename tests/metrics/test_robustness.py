import numpy as np
import pytest

from keras_infogan.metrics import irs_score


def test_perfect(perfect, factors):
    assert irs_score(perfect, factors) == pytest.approx(1.0)


def test_independent():
    generator = np.random.default_rng(0)
    codes, factors = generator.uniform(size=[20_000, 3]), generator.integers(0, 2, [20_000, 2])
    assert irs_score(codes, factors, quantile=1.0) == pytest.approx(0.0, abs=0.02)
    # The quantile cuts off 1% of a uniform deviation.
    assert irs_score(codes, factors) == pytest.approx(0.01, abs=0.01)


def test_rotated(rotated, factors):
    assert 0.1 < irs_score(rotated, factors) < 0.9


def test_by_hand():
    factors = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    # The code strays at most 0.625, and 0.125 where the first factor is fixed.
    codes = factors @ [[1.0], [0.25]]
    assert irs_score(codes, factors, quantile=1.0) == pytest.approx(1 - 0.125 / 0.625)
    # A second code, the second factor times 8, weighs 4.
    codes = np.hstack([codes, 8.0 * factors[:, 1:]])
    expected = (0.625 * 0.8 + 4.0 * 1.0) / (0.625 + 4.0)
    assert irs_score(codes, factors, quantile=1.0) == pytest.approx(expected)


@pytest.mark.parametrize("quantile", [0.5, 0.99, 1.0])
def test_by_definition(quantile, small):
    codes, factors = small
    robustness, weights = [], []
    for code in codes.T:
        greatest = max(abs(code - code.mean()))
        of_factors = []
        for factor in factors.T:
            strayed = []
            for value in set(factor):
                group = code[factor == value]
                ordered = sorted(abs(group - group.mean()))
                # Linear interpolation between order statistics.
                place = quantile * (len(ordered) - 1)
                low = min(int(place), len(ordered) - 2)
                strayed.append(ordered[low] + (place - low) * (ordered[low + 1] - ordered[low]))
            of_factors.append(1 - np.mean(strayed) / greatest)
        robustness.append(max(of_factors))
        weights.append(greatest)
    expected = np.dot(robustness, weights) / sum(weights)
    assert irs_score(codes, factors, quantile) == pytest.approx(expected)


def test_constant_codes_are_left_out(perfect, rotated, factors):
    constant = np.full([len(factors), 1], 0.1)
    assert irs_score(np.hstack([rotated, constant]), factors) == irs_score(rotated, factors)
    assert irs_score(constant, factors) == 0.0


@pytest.mark.parametrize("quantile", [0.0, 1.1])
def test_quantiles(quantile):
    with pytest.raises(ValueError, match=r"should be in \(0, 1\]. Received: quantile="):
        irs_score([[0.0], [1.0]], [[0], [1]], quantile)
