"""Checks of features and of numbers of rows, for all measures."""

from __future__ import annotations

from typing import Any

import numpy as np

from keras_infogan.runtime.images import with_numpy_floats

LARGEST = float(np.finfo(np.float32).max)


def finite_matrix(name: str, values: Any) -> np.ndarray:
    """Values as a finite matrix [N, D] of floats with at least one row and one column.

    Args:
        name: their name in an error.
        values: numbers [N, D]; floats keep their dtype, but bfloat16 becomes float32 and
            integers float64.

    Raises:
        ValueError: another shape, no rows, no columns, or as `check_finite_rows`.

    Examples:
        >>> finite_matrix("features", [[1, 2]])
        array([[1., 2.]])
    """
    matrix = with_numpy_floats(np.asarray(values))
    if matrix.ndim != 2 or not matrix.size:
        raise ValueError(
            f"`{name}` should be a matrix [N, D] with at least one row and one column. "
            f"Received: shape {matrix.shape}"
        )
    if matrix.dtype.kind not in "fiub":
        raise ValueError(f"`{name}` should be real numbers. Received: dtype {matrix.dtype}")
    if matrix.dtype.kind != "f":
        matrix = matrix.astype(np.float64)
    check_finite_rows(f"`{name}`", matrix)
    return matrix


def check_finite_rows(name: str, rows: np.ndarray) -> None:
    """Checks that numbers [N, D] are finite, and so small that their squares are finite too.

    Args:
        name: the start of the error's sentence.
        rows: numbers of any dtype.

    Raises:
        ValueError: NaN, infinity, or a size above the largest float32.
    """
    broken = int(np.count_nonzero(~np.isfinite(rows).all(axis=1)))
    if broken:
        raise ValueError(
            f"{name} should be finite. Received: NaN or infinity in {broken} of {len(rows)} rows"
        )
    largest = float(np.abs(rows.astype(np.float64)).max())
    if largest > LARGEST:
        raise ValueError(
            f"{name} should be at most {LARGEST:.3g} in size, the largest float32. "
            f"Received: {largest:.3g}"
        )


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
