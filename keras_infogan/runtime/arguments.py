"""Checks of integer arguments."""

from __future__ import annotations

import operator
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
