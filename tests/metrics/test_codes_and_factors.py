import numpy as np
import pytest
import tensorflow as tf

from keras_infogan.metrics import (
    PointSplit,
    beta_vae_score,
    dci_scores,
    disentanglement_scores,
    explicitness_score,
    factor_vae_score,
    irs_score,
    mig_score,
    modularity_score,
    sap_score,
)
from keras_infogan.metrics.codes_and_factors import check_codes, check_compared_codes

SCORES = [
    beta_vae_score,
    dci_scores,
    disentanglement_scores,
    explicitness_score,
    factor_vae_score,
    irs_score,
    mig_score,
    modularity_score,
    sap_score,
]


@pytest.mark.parametrize("score", SCORES)
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_codes_that_are_not_finite(score, value, factors, perfect):
    perfect[3, 1] = value
    with pytest.raises(ValueError, match=r"^Codes should be finite. Received: .* 1 of 480 rows$"):
        score(perfect, factors)


@pytest.mark.parametrize("score", SCORES)
def test_codes_that_are_too_large(score, factors, perfect):
    perfect[3, 1] = -1e308
    sentence = r"^Codes should be at most 3.4e\+38 in size, the largest float32. Received: 1e\+308$"
    with pytest.raises(ValueError, match=sentence):
        score(perfect, factors)


@pytest.mark.parametrize("score", SCORES)
def test_lengths_that_differ(score, factors, perfect):
    with pytest.raises(ValueError, match=r"as many rows as the codes. Received: .*\(479, 2\)"):
        score(perfect, factors[:-1])


@pytest.mark.parametrize("score", SCORES)
def test_factors_of_a_single_value_only(score, factors, perfect):
    with pytest.raises(ValueError, match="two values or more. Received: a single value of each"):
        score(perfect, np.zeros_like(factors))


@pytest.mark.parametrize("score", SCORES)
def test_factors_that_are_not_integers(score, factors, perfect):
    with pytest.raises(TypeError, match="should be integers. Received: dtype float64"):
        score(perfect, factors / 2)


@pytest.mark.parametrize("codes", [[1.0, 2.0], [[]], np.zeros([0, 2])])
def test_codes_of_other_shapes(codes):
    with pytest.raises(ValueError, match=r"shape \[N, D\], neither of them 0. Received: shape"):
        mig_score(codes, [[0], [1]])


def test_codes_that_are_not_numbers():
    with pytest.raises(TypeError, match="Codes should be numbers. Received: dtype <U1"):
        mig_score([["a"], ["b"]], [[0], [1]])


@pytest.mark.parametrize("score", [mig_score, modularity_score, irs_score])
def test_a_factor_of_a_single_value_is_left_out(score, factors, rotated):
    colour = np.full([len(factors), 1], 7)
    assert score(rotated, np.hstack([colour, factors])) == score(rotated, factors)


@pytest.mark.parametrize("score", [mig_score, modularity_score, irs_score])
def test_bounds_hold_with_fewer_points_than_bins(score):
    codes = np.random.default_rng(0).normal(size=[5, 3])
    assert 0.0 <= score(codes, [[0, 0], [1, 0], [0, 1], [1, 1], [0, 0]]) <= 1.0


class TestPointSplit:
    codes = np.arange(30.0)[:, None]
    factors = np.arange(30)[:, None]

    def test_parts_are_disjoint_and_as_large_as_asked(self):
        parts = PointSplit(train=12, test=7).draw(self.codes, self.factors, seed=0)
        train, test = set(parts.train_codes[:, 0]), set(parts.test_codes[:, 0])
        assert (len(train), len(test)) == (12, 7)
        assert not train & test
        np.testing.assert_array_equal(parts.train_codes, parts.train_factors)
        np.testing.assert_array_equal(parts.test_codes, parts.test_factors)

    def test_too_few_points_keep_the_proportion(self):
        parts = PointSplit(train=10_000, test=5_000).draw(self.codes, self.factors, seed=0)
        assert (len(parts.train_codes), len(parts.test_codes)) == (20, 10)

    def test_without_test_points_those_of_the_fit_are_scored(self):
        parts = PointSplit(train=73_728, test=0).draw(self.codes, self.factors, seed=0)
        assert len(parts.train_codes) == 30
        np.testing.assert_array_equal(parts.train_codes, parts.test_codes)

    def test_seeds(self):
        draws = [PointSplit(5, 5).draw(self.codes, self.factors, seed)[0] for seed in (0, 0, 1)]
        np.testing.assert_array_equal(draws[0], draws[1])
        assert not np.array_equal(draws[0], draws[2])

    def test_a_factor_that_does_not_vary_among_the_points_to_fit_on(self):
        with pytest.raises(ValueError, match="among the points to fit on. Received: 1 such"):
            PointSplit(1, 1).draw(self.codes, self.factors, seed=0)

    @pytest.mark.parametrize(
        ("numbers", "end"), [((0, 1), "1. Received: train=0"), ((1, -1), "0. Received: test=-1")]
    )
    def test_bounds(self, numbers, end):
        with pytest.raises(ValueError, match=f"should be an int of at least {end}"):
            PointSplit(*numbers)


def test_bfloat16_codes_are_numbers():
    codes = tf.constant([[0.5], [1.0]], tf.bfloat16)
    np.testing.assert_array_equal(check_codes(codes), [[0.5], [1.0]])


def test_tiny_codes_are_scaled_exactly():
    codes = np.array([[1e-200, 1e-99, 0.0], [-3e-200, 2.0, 0.0]])
    scaled = check_compared_codes(codes)
    np.testing.assert_array_equal(scaled[:, 1:], codes[:, 1:])
    assert scaled[1, 0] / scaled[0, 0] == pytest.approx(-3)
    assert 0.5 <= np.abs(scaled[:, 0]).max() < 1
