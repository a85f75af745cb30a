"""Images in memory with their labels."""

import dataclasses

import numpy as np


@dataclasses.dataclass(frozen=True, eq=False)
class LabeledImages:
    """Images in memory and their labels.

    Args:
        images: uint8 array [N, H, W, C] in [0, 255].
        labels: name of a categorical factor -> int64 array [N].

    Examples:
        >>> data = LabeledImages(np.zeros((8, 28, 28, 1), np.uint8), {"label": np.arange(8)})
        >>> data.labels["label"]
        array([0, 1, 2, 3, 4, 5, 6, 7])
    """

    images: np.ndarray
    labels: dict[str, np.ndarray]
