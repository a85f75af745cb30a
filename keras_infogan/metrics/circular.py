"""Correlations of a code with a cyclic factor, such as a rotation."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from keras_infogan.metrics.codes_and_factors import check_codes, varying_columns

ROUNDING = 1e-13  # of means of sines and cosines


class CircularCorrelation(NamedTuple):
    """The two readings of `circular_correlation`, each in [0, 1].

    Both are NaN where a side is constant. `circular` is NaN, too, for a code whose angles are all
    equal, such as the two ends -1 and 1, and where both sides have two opposite angles only.

    Attributes:
        circular: the correlation of the factor's angle with the code as an angle: 1 if the code
            goes around once, steadily, as the factor does.
        linear: the share of the code's variance that a linear function of the factor's cosine and
            sine explains: 1 if the code is a coordinate of the factor's circle.
    """

    circular: float
    linear: float


def circular_correlation(angles: Any, values: Any) -> CircularCorrelation:
    """Correlates a code with an angle, whatever the code's direction and its origin.

    With a_i the angle of image i, and b_i = pi x_i for a single code x_i (from -1 to 1 is a full
    turn) or b_i = atan2(y_i, x_i) for a pair of codes (x_i, y_i):

        circular = |sum_i sin(a_i - a) sin(b_i - b)|
                   / sqrt(sum_i sin^2(a_i - a) sum_i sin^2(b_i - b))
        linear   = 1 - min sum_i |x_i - w_0 - w_1 cos a_i - w_2 sin a_i|^2 / sum_i |x_i - mean x|^2

    a and b are origins. They are chosen so that a - b is the mean direction of a_i - b_i, and a + b
    is that of a_i + b_i. For a pair of codes, x_i, w_0, w_1 and w_2 are vectors of two numbers.

    A code may follow a cycle in two ways, and each reading sees one of them. A code that is
    proportional to the angle, and jumps once per turn, has circular = 1, but linear = 6 / pi^2 =
    0.608. A code that is the cosine of the angle has linear = 1. A pair (cos, sin) has both.

    Args:
        angles: numbers [N], the factor in radians; multiples of a full turn make no difference. A
            factor that repeats earlier, like the rotation of a square, should be multiplied first.
        values: numbers [N] or [N, 1], a code; or [N, 2], a pair of codes.

    Raises:
        TypeError: they are not numbers.
        ValueError: other shapes, other lengths, no rows, or numbers that are not finite.

    Examples:
        >>> angles = np.linspace(-np.pi, np.pi, 100, endpoint=False)
        >>> round(circular_correlation(angles, 0.3 - angles / np.pi).circular, 3)
        1.0
        >>> round(circular_correlation(angles, np.cos(angles)).linear, 3)
        1.0

        Reference: Jammalamadaka and Sarma 1988, A correlation coefficient for angular variables;
        the origins are those of Jammalamadaka and SenGupta 2001, Topics in Circular Statistics,
        section 8.2, for angles of a uniform distribution, which have no mean direction. There the
        denominator keeps the mean directions; ours keeps the result in [0, 1]. Mardia 1976, Linear-
        Circular Correlation Coefficients and Rhythmometry, for the linear reading.
    """
    turns = check_codes(np.reshape(np.asarray(angles), [-1, 1]))[:, 0]
    columns = np.asarray(values)
    columns = check_codes(columns[:, None] if columns.ndim == 1 else columns)
    if np.ndim(angles) != 1 or columns.shape[1] > 2 or len(columns) != len(turns):
        raise ValueError(
            "`angles` should have shape [N], and `values` [N], [N, 1] or [N, 2]. "
            f"Received: shapes {np.shape(angles)} and {np.shape(values)}"
        )
    pair = columns.shape[1] == 2
    readings = np.arctan2(columns[:, 1], columns[:, 0]) if pair else np.pi * columns[:, 0]
    if _is_one_angle(turns) or not varying_columns(columns).any():
        return CircularCorrelation(float("nan"), float("nan"))
    return CircularCorrelation(_circular(turns, readings), _linear(turns, columns))


def _is_one_angle(angles: np.ndarray) -> bool:
    """Whether angles are equal, but for whole turns."""
    return bool(abs(np.exp(1j * angles).mean()) > 1.0 - ROUNDING)


def _circular(first: np.ndarray, second: np.ndarray) -> float:
    """The absolute correlation of two rows of angles."""
    difference, total = (
        np.angle(np.exp(1j * row).sum()) for row in (first - second, first + second)
    )
    first_sines = np.sin(first - (total + difference) / 2.0)
    second_sines = np.sin(second - (total - difference) / 2.0)
    size = np.sqrt(np.sum(first_sines**2) * np.sum(second_sines**2))
    # Of two opposite angles, which have no sines, only errors of rounding are left.
    undefined = _is_one_angle(second) or size <= ROUNDING * len(first)
    return float("nan") if undefined else float(abs(first_sines @ second_sines) / size)


def _linear(angles: np.ndarray, columns: np.ndarray) -> float:
    """The share of the variance of columns [N, D] that the angle's cosine and sine explain."""
    inputs = np.stack([np.ones_like(angles), np.cos(angles), np.sin(angles)], axis=1)
    weights = np.linalg.lstsq(inputs, columns)[0]
    errors = columns - inputs @ weights
    spread = columns - columns.mean(axis=0)
    return float(1.0 - np.sum(errors**2) / np.sum(spread**2))
