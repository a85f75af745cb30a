"""Checks of features and of numbers of rows, for all measures."""

from __future__ import annotations

from typing import Any

import numpy as np

# A measure makes squares, and cubes of squares; and trees read float32.
LARGEST = float(np.finfo(np.float32).max)


def check_size(name: str, values: np.ndarray) -> None:
    """Raises a ValueError if a finite number is too large to compute with, above 3.4e38."""
    largest = float(np.abs(values).max())
    if largest > LARGEST:
        raise ValueError(
            f"{name} should be numbers from -{LARGEST:.2g} to {LARGEST:.2g}. "
            f"Received: {largest:.2g} in absolute value"
        )


def finite_matrix(name: str, values: Any) -> np.ndarray:
    """Values as a finite matrix [N, D] of floats with at least one row and one column.

    Args:
        name: their name in an error.
        values: numbers [N, D]; floats keep their dtype, integers become float64.

    Raises:
        ValueError: another shape, no rows, no columns, or a value that is NaN, infinite or above
            3.4e38 in absolute value.

    Examples:
        >>> finite_matrix("features", [[1, 2]])
        array([[1., 2.]])
    """
    matrix = np.asarray(values)
    if matrix.ndim != 2 or not matrix.size:
        raise ValueError(
            f"`{name}` should be a matrix [N, D] with at least one row and one column. "
            f"Received: shape {matrix.shape}"
        )
    if matrix.dtype.kind not in "fiub":
        raise ValueError(f"`{name}` should be real numbers. Received: dtype {matrix.dtype}")
    if matrix.dtype.kind != "f":
        matrix = matrix.astype(np.float64)
    broken = int(np.count_nonzero(~np.isfinite(matrix).all(axis=1)))
    if broken:
        raise ValueError(
            f"`{name}` should be finite. "
            f"Received: NaN or infinity in {broken} of {len(matrix)} rows"
        )
    check_size(f"`{name}`", matrix)
    return matrix


def feature_pair(real: Any, fake: Any) -> tuple[np.ndarray, np.ndarray]:
    """Real and generated features as finite float64 matrices of one width, [N, D] and [M, D].

    Raises:
        ValueError: as `finite_matrix`, or the widths differ.

    Examples:
        >>> real, fake = feature_pair([[1, 2]], [[3, 4], [5, 6]])
        >>> real.shape, fake.shape
        ((1, 2), (2, 2))
    """
    pair = [
        finite_matrix(name, values).astype(np.float64)
        for name, values in (("real", real), ("fake", fake))
    ]
    if pair[0].shape[1] != pair[1].shape[1]:
        raise ValueError(
            "`real` and `fake` should have features of one width. "
            f"Received: widths {pair[0].shape[1]} and {pair[1].shape[1]}"
        )
    return pair[0], pair[1]
