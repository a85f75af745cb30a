import math

import numpy as np
import pytest

from keras_infogan.metrics import circular_correlation

ANGLES = np.linspace(-np.pi, np.pi, 1000, endpoint=False)


def as_code(angles):
    """An angle as a code from -1 to 1."""
    return np.angle(np.exp(1j * angles)) / np.pi


def test_the_angle_itself():
    """On a uniform circle, x = a / pi has the covariance 1 / pi with sin a, and the variance 1/3.

    So the linear reading explains (1 / pi)^2 / (1/2) / (1/3) = 6 / pi^2.
    """
    found = circular_correlation(ANGLES, as_code(ANGLES))
    assert found == pytest.approx([1, 6 / math.pi**2], abs=2e-3)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("offset", [0.0, 1.0, 3.0])
def test_direction_and_offset_make_no_difference(sign, offset):
    assert circular_correlation(ANGLES, as_code(sign * ANGLES + offset)).circular == pytest.approx(
        1
    )
    turned = circular_correlation(ANGLES + 8 * np.pi, np.cos(sign * ANGLES + offset))
    assert turned.linear == pytest.approx(1)


def test_the_double_angle():
    found = circular_correlation(ANGLES, as_code(2 * ANGLES))
    assert found == pytest.approx([0, 0], abs=2e-3)
    # By the labels of a factor that repeats twice per turn, the code is the angle.
    assert circular_correlation(2 * ANGLES, as_code(2 * ANGLES)).circular == pytest.approx(1)


def test_noise():
    noise = np.random.default_rng(0).uniform(-1, 1, 10_000)
    angles = np.random.default_rng(1).uniform(-np.pi, np.pi, 10_000)
    assert circular_correlation(angles, noise) == pytest.approx([0, 0], abs=0.03)
    pair = np.random.default_rng(2).normal(size=[10_000, 2])
    assert circular_correlation(angles, pair) == pytest.approx([0, 0], abs=0.03)


def test_noise_on_the_angle():
    """For uniform a and independent normal e, the correlation of a with a + e is exp(-s^2 / 2)."""
    error = np.random.default_rng(0).normal(scale=0.7, size=100_000)
    angles = np.random.default_rng(1).uniform(-np.pi, np.pi, 100_000)
    found = circular_correlation(angles, as_code(angles + error)).circular
    assert found == pytest.approx(math.exp(-(0.7**2) / 2), abs=0.01)


def test_a_code_that_is_a_coordinate():
    """An order around the circle is lost: cos a is as large at a as at -a."""
    found = circular_correlation(ANGLES, np.cos(ANGLES))
    assert found.linear == pytest.approx(1)
    assert found.circular < 0.1


def test_a_pair_of_coordinates():
    pair = np.stack([np.cos(0.4 - ANGLES), np.sin(0.4 - ANGLES)], axis=1)
    assert circular_correlation(ANGLES, pair) == pytest.approx([1, 1])
    twice = np.stack([np.cos(2 * ANGLES), np.sin(2 * ANGLES)], axis=1)
    assert circular_correlation(ANGLES, twice) == pytest.approx([0, 0], abs=1e-9)


def test_angles_that_are_not_uniform_stay_in_range():
    generator = np.random.default_rng(0)
    for _ in range(200):
        angles = generator.normal(scale=generator.uniform(0.01, 3), size=5)
        values = generator.normal(scale=generator.uniform(0.01, 1), size=5)
        found = circular_correlation(angles, values)
        assert all(0 <= each <= 1 + 1e-9 for each in found)
    narrow = generator.normal(scale=0.1, size=1000)
    assert circular_correlation(narrow, narrow / np.pi).circular == pytest.approx(1)
    other = generator.normal(scale=0.1, size=1000)
    assert circular_correlation(narrow, other / np.pi).circular < 0.1


def test_constant_sides_have_no_correlation():
    assert np.isnan(circular_correlation(ANGLES, np.full(1000, 0.3))).all()
    assert np.isnan(circular_correlation(np.ones(1000), as_code(ANGLES))).all()
    ends = np.where(np.arange(1000) % 3, -1.0, 1.0)  # both are half a turn
    assert np.isnan(circular_correlation(ANGLES, ends).circular)
    turns = 2 * np.pi * np.arange(1000) + 0.3
    assert np.isnan(circular_correlation(turns, as_code(ANGLES))).all()
    opposite = np.pi * (np.arange(1000) % 2)
    assert np.isnan(circular_correlation(opposite, opposite / np.pi).circular)


def test_a_column_is_a_row():
    codes = as_code(ANGLES)
    assert circular_correlation(ANGLES, codes[:, None]) == circular_correlation(ANGLES, codes)


@pytest.mark.parametrize("values", [np.ones([5, 3]), np.ones(4), np.ones([4, 2])])
def test_shapes(values):
    with pytest.raises(ValueError, match=r"`values` \[N\], \[N, 1\] or \[N, 2\]. Received: shapes"):
        circular_correlation(np.arange(5.0), values)


def test_numbers_should_be_finite():
    with pytest.raises(ValueError, match="should be finite"):
        circular_correlation([0.0, 1.0], [0.0, math.nan])
