"""Codes, seeds and other inputs of a signature as arrays of the right shape and dtype."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import ArrayLike

from keras_infogan.runtime.arguments import checked_count

_MAXIMUM_VERSION = 2**63 - 1
_MOST_QUOTED_VALUES = 20


def checked_version(version: Any) -> int:
    """Returns a model's version, or raises a ValueError for what is no int64 of at least 0."""
    number = checked_count("version", version, 0)
    if number > _MAXIMUM_VERSION:
        raise ValueError(f"`version` should be at most {_MAXIMUM_VERSION}. Received: {number}")
    return number


def check_code_names(codes: Mapping[str, Any], known: Sequence[str]) -> None:
    """Refuses a code that the model does not have."""
    for name in codes:
        if name not in known:
            raise ValueError(
                f"A code should be one of {', '.join(sorted(known))}. Received: {name!r}"
            )


def rows_of(name: str, value: ArrayLike, shape: Sequence[int]) -> np.ndarray:
    """Gives a value for one image the batch dimension that a value per image has."""
    array = np.asarray(value)
    if array.ndim == len(shape):
        array = array[np.newaxis]
    if array.ndim != len(shape) + 1 or array.shape[1:] != tuple(shape):
        expected = f"{math.prod(shape)} numbers" if shape else "a number"
        raise ValueError(
            f"{name} should be {expected} per image. Received: {_quoted(np.asarray(value))}"
        )
    return array


def broadcast(inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Repeats what was given once for all images."""
    sizes = {len(array) for array in inputs.values()} - {1}
    if len(sizes) > 1:
        received = ", ".join(f"{name}: {len(array)}" for name, array in inputs.items())
        raise ValueError(f"The seed and the codes should agree on the batch. Received: {received}")
    size = sizes.pop() if sizes else 1
    return {
        name: np.repeat(array, size, axis=0) if len(array) == 1 else array
        for name, array in inputs.items()
    }


def cast(name: str, value: ArrayLike, dtype: tf.DType | None) -> np.ndarray:
    """Casts where no value changes: 3.0 becomes an integer, 3.5 does not."""
    array = np.asarray(value)
    if dtype is None or dtype == tf.string or array.dtype == dtype.as_numpy_dtype:
        return array
    with np.errstate(all="ignore"):  # what does not fit is found below
        cast = array.astype(dtype.as_numpy_dtype)
    is_faithful = np.array_equal(cast, array) or (
        dtype.is_floating and np.array_equal(np.isfinite(cast), np.isfinite(array))
    )
    if not is_faithful:
        raise ValueError(
            f"{name} should hold values of type {dtype.name}. Received: {_quoted(array)}"
        )
    return cast


def _quoted(array: np.ndarray) -> str:
    """An array for an error: its values if they are few, otherwise its shape."""
    if array.size <= _MOST_QUOTED_VALUES:
        return str(array.tolist())
    return f"an array of shape {list(array.shape)}"
