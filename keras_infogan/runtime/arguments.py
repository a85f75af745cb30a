"""Checks of numbers and shapes that are arguments."""

from __future__ import annotations

import math
import numbers
import operator
from collections.abc import Sequence
from typing import Any


def checked_count(name: str, value: Any, least: int) -> int:
    """Returns the value, an int of at least `least`, or raises a ValueError that names it.

    NumPy's and TensorFlow's integers are ints too, as for Python's `range`.
    """
    try:
        count = operator.index(value)
    except TypeError:
        count = None
    if isinstance(value, bool) or count is None or count < least:
        raise ValueError(
            f"`{name}` should be an int of at least {least}. Received: {name}={value!r}"
        )
    return count


def checked_count_up_to(
    name: str, value: Any, *, least: int, most: int, limit: str, received: str
) -> int:
    """Returns the value, an int from `least` to `most`, or raises a ValueError that names it.

    Args:
        name: of the argument.
        value: an int of Python, NumPy or TensorFlow.
        least, most: the smallest and the largest int that is right.
        limit: what `most` is, for people.
        received: what `most` came from, for people.
    """
    try:
        count = checked_count(name, value, least)
    except ValueError:
        count = most + 1
    if count > most:
        raise ValueError(
            f"`{name}` should be an int from {least} to {limit}. "
            f"Received: {name}={value!r} with {received}"
        )
    return count


def checked_seed(name: str, value: Any, bits: int = 64) -> int:
    """Returns the value, an int of `bits` bits with a sign, or raises a ValueError that names it.

    Args:
        name: of the argument.
        value: an int of Python, NumPy or TensorFlow.
        bits: 32 or 64.
    """
    try:
        seed = operator.index(value)
    except TypeError:
        seed = None
    limit = 2 ** (bits - 1)
    if isinstance(value, bool) or seed is None or not -limit <= seed < limit:
        raise ValueError(f"`{name}` should be an int of {bits} bits. Received: {name}={value!r}")
    return seed


def checked_number(
    name: str, value: Any, least: float | None = None, above: float | None = None
) -> float:
    """Returns the value, a finite real number in range, or raises a ValueError that names it.

    Args:
        name: of the argument.
        value: a number of Python or NumPy.
        least: the smallest number that is right; None for no limit.
        above: the number that it has to be above; None for no limit.
    """
    is_real = isinstance(value, numbers.Real) and not isinstance(value, bool)
    number, expected = float(value) if is_real else math.nan, ""
    if not is_real:
        expected = "a number"
    elif least is not None and not number >= least:
        expected = f"at least {least:g}"
    elif above is not None and not number > above:
        expected = f"above {above:g}"
    elif not math.isfinite(number):
        expected = "finite"
    if expected:
        raise ValueError(f"`{name}` should be {expected}. Received: {name}={value!r}")
    return number


def checked_image_or_video_shape(name: str, value: Any) -> tuple[int, ...]:
    """Returns a shape (H, W, C), or (T, H, W, C) of a video, or raises a ValueError."""
    if isinstance(value, Sequence) and len(value) == 4:
        return (checked_count(f"{name}[0]", value[0], 1), *checked_image_shape(name, value[1:]))
    return checked_image_shape(name, value)


def checked_image_shape(name: str, value: Any) -> tuple[int, int, int]:
    """Returns a shape (H, W, C) of ints above 0, or raises a ValueError that names it."""
    try:
        height, width, channels = (checked_count(name, size, 1) for size in value)
    except (TypeError, ValueError):
        raise ValueError(
            f"`{name}` should be (height, width, channels), ints of at least 1. "
            f"Received: {name}={value!r}"
        ) from None
    return height, width, channels
