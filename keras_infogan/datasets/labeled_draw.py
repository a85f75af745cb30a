"""A few labeled images of each class."""

from __future__ import annotations

from typing import Any

import numpy as np


def draw_labeled(labels: Any, per_class: int, seed: Any = 0) -> np.ndarray:
    """Draws the same number of images of each class.

    Draws with one seed are nested: the 5 per class are among the 10 per class.

    Args:
        labels: int [N], the classes.
        per_class: images per class, at least 1.
        seed: int or ints, as `numpy.random.default_rng` takes them.

    Returns:
        int64 [per_class x K], rows without repetition, class by class.

    Raises:
        ValueError: fewer than two classes, or a class with fewer images.

    Examples:
        >>> rows = draw_labeled([0, 1, 0, 1], per_class=1, seed=0)
        >>> (rows % 2).tolist()   # a row of each class
        [0, 1]
    """
    labels = np.asarray(labels)
    classes, counts = np.unique(labels, return_counts=True)
    if len(classes) < 2:
        raise ValueError(f"`labels` should be of two classes at least. Received: {classes}")
    if not 1 <= per_class <= counts.min():
        raise ValueError(
            f"`per_class` should be from 1 to {counts.min()}, the images of class "
            f"{classes[counts.argmin()]}. Received: per_class={per_class}"
        )
    generator = np.random.default_rng(seed)
    rows = [generator.permutation(np.flatnonzero(labels == each)) for each in classes]
    return np.concatenate([some[:per_class] for some in rows])
