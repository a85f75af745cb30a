import math

import numpy as np
import pytest

from keras_infogan.estimators import (
    NWJ,
    SMILE,
    ConcatenatedStatistics,
    DonskerVaradhan,
    InfoNCE,
    InformationEstimate,
    StatisticsNetwork,
    estimate_information,
)

ESTIMATORS = [DonskerVaradhan, NWJ, InfoNCE, SMILE]


@pytest.fixture
def fit(gaussians):
    """Fits a tiny network for one step, unless the arguments say otherwise."""

    def run(sample=None, estimator=None, **kwargs):
        settings = {"steps": 1, "batch_size": 4, "held_out": 2, **kwargs}
        sample, network = sample or gaussians(1.0, 1)[0], StatisticsNetwork(4, 2)
        return estimate_information(sample, estimator or InfoNCE(), network, **settings)

    return run


def test_info_nce_finds_the_information_of_gaussians(gaussians):
    sample, _ = gaussians(1.0, dimensions=2)
    estimate = estimate_information(
        sample, InfoNCE(), StatisticsNetwork(32, 8), steps=200, learning_rate=5e-3
    )
    assert estimate.mean == pytest.approx(1.0, abs=0.12)
    assert 0.0 < estimate.standard_deviation < 0.3
    assert estimate.standard_error == pytest.approx(estimate.standard_deviation / math.sqrt(32))


@pytest.mark.slow
@pytest.mark.parametrize("network", [StatisticsNetwork(64, 16), ConcatenatedStatistics(32)])
@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_every_pair_finds_the_information_of_gaussians(network, estimator, gaussians):
    sample, _ = gaussians(1.0, dimensions=2)
    network = type(network).from_config(network.get_config())
    estimate = estimate_information(sample, estimator(), network, steps=600, learning_rate=2e-3)
    assert estimate.mean == pytest.approx(1.0, abs=0.2)


def test_equal_seeds_give_equal_estimates(fit):
    assert fit(seed=3) == fit(seed=3)


def test_no_draw_is_seen_twice(fit, gaussians):
    seeds = []

    def sample(batch_size, seed):
        seeds.append(tuple(seed.numpy()))
        return gaussians(1.0, 1)[0](batch_size, seed)

    estimate = fit(sample, steps=2, held_out=3, seed=7)
    assert set(seeds) == {(7, index) for index in range(5)}
    assert len(seeds) == 5
    assert estimate.batches == 3


def test_what_a_batch_says_of_the_mean():
    assert InformationEstimate(1.0, 0.5, 25).standard_error == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("x", "c", "message"),
    [
        (np.ones([4]), np.ones([4, 1]), r"Received: shapes \(4,\) and \(4, 1\) for batch_size=4"),
        (np.ones([4, 1]), np.ones([3, 1]), r"Received: shapes \(4, 1\) and \(3, 1\)"),
        (np.ones([5, 1]), np.ones([5, 1]), r"Received: shapes \(5, 1\) and \(5, 1\)"),
        (np.full([4, 1], np.nan), np.ones([4, 1]), r"finite .*NaN or infinity in x for seed=\[0, "),
        (np.ones([4, 1]), np.full([4, 1], np.inf), r"finite .*NaN or infinity in c for seed=\[0, "),
    ],
)
def test_draws_that_are_refused(fit, x, c, message):
    with pytest.raises(ValueError, match=message):
        fit(lambda batch_size, seed: (x, c))


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"steps": 0}, r"`steps` should be an int of at least 1. Received: steps=0"),
        ({"batch_size": 1}, r"`batch_size` should be an int of at least 2. Received: batch_size=1"),
        ({"held_out": 1}, r"`held_out` should be an int of at least 2. Received: held_out=1"),
        ({"learning_rate": 0.0}, r"`learning_rate` should be .* Received: .*=0.0"),
        ({"learning_rate": math.nan}, r"`learning_rate` should be .* Received: .*=nan"),
    ],
)
def test_settings_that_are_refused(fit, setting, message):
    with pytest.raises(ValueError, match=message):
        fit(**setting)


def test_what_is_no_estimator_is_refused(fit):
    with pytest.raises(TypeError, match="`estimator` should be an Estimator. Received: "):
        fit(estimator="InfoNCE")
