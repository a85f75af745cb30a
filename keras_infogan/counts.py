"""Whole numbers that callers give."""

from __future__ import annotations


def checked_count(name: str, value: int, least: int) -> int:
    """Returns the value, an int of at least `least`, or raises a ValueError that names it."""
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise ValueError(f"`{name}` should be an int of at least {least}. Received: {value!r}")
    return value
