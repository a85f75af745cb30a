"""Arrays of labels, as a sentence about a wrong one names them."""

from __future__ import annotations

from typing import Any

import numpy as np


def label_array(labels: Any) -> np.ndarray:
    """Labels as an array; a scalar of None if they are lists of several lengths."""
    try:
        return np.asarray(labels)
    except ValueError:
        return np.asarray(None)


def described_labels(labels: Any) -> str:
    """Dtype, shape and range of labels.

    Examples:
        >>> described_labels([3, 11])
        'int64 [2], from 3 to 11'
    """
    if labels is None:
        return "None"
    array = label_array(labels)
    has_range = array.dtype.kind in "iu" and array.size
    span = f", from {array.min()} to {array.max()}" if has_range else ""
    return f"{array.dtype} {list(array.shape)}{span}"
