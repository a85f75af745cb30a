"""Whole numbers that callers give."""

from __future__ import annotations

from typing import Any

import numpy as np


def checked_count(name: str, value: Any, least: int) -> int:
    """Returns the value, an int of at least `least`, or raises a ValueError that names it."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise ValueError(
            f"`{name}` should be an int of at least {least}. Received: {name}={value!r}"
        )
    return int(value)
