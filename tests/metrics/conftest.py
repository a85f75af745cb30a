"""Representations of known worth, of two crossed factors of four values."""

import itertools

import numpy as np
import pytest


@pytest.fixture
def factors():
    return np.array([*itertools.product(range(4), range(4))] * 30)


@pytest.fixture
def perfect(factors):
    """Each factor in a code of its own, on other scales and in another order."""
    return factors[:, ::-1] * [-2.0, 0.5] + [3.0, 1.0]


@pytest.fixture
def rotated(factors):
    """Both factors in both codes, by 30 degrees."""
    return factors @ np.array([[np.sqrt(3.0), 1.0], [-1.0, np.sqrt(3.0)]]) / 2.0


@pytest.fixture
def independent(factors):
    return np.random.default_rng(1).uniform(size=factors.shape)


@pytest.fixture
def small():
    """A fixed small random representation: codes [60, 3] and factors [60, 2]."""
    generator = np.random.default_rng(2)
    factors = np.stack([generator.permutation(np.arange(60) % count) for count in (2, 3)], axis=1)
    mixing = np.array([[1.0, 0.2, 0.5], [0.1, 0.8, 0.5]])
    return factors @ mixing + generator.normal(scale=0.4, size=[60, 3]), factors
