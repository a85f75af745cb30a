"""The codes between two settings."""

from __future__ import annotations

import numpy as np

from keras_infogan.explorer.controls import Codes


def interpolate(start: Codes, end: Codes, positions: np.ndarray) -> dict[str, np.ndarray]:
    """The codes on the straight line between two settings.

    A categorical code takes the nearest integer: from 3 to 5 it passes 4.

    Args:
        start, end: one value per code, with the same codes in both.
        positions: float [B], 0 for the start, 1 for the end.

    Returns:
        One value per code and position, [B] or [B, d].

    Examples:
        >>> interpolate({"digit": 3}, {"digit": 5}, np.linspace(0, 1, 3))
        {'digit': array([3, 4, 5])}
    """
    codes = {}
    for name in start:
        first, last = np.asarray(start[name]), np.asarray(end[name])
        share = positions.reshape(-1, *[1] * first.ndim)
        line = (1.0 - share) * first + share * last
        codes[name] = np.rint(line).astype(np.int64) if first.ndim == 0 else line
    return codes
