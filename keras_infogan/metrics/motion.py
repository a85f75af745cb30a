"""What moves in videos, measured on the frames."""

from __future__ import annotations

from typing import Any

import numpy as np

from keras_infogan.images import VIDEO_RANK
from keras_infogan.metrics.extractor import image_batches
from keras_infogan.metrics.fitting import unit_batch
from keras_infogan.runtime.images import checked_images


def background_deviation(videos: Any) -> float:
    """How much the background of videos changes: 0 if it is still.

    mean over videos of (median over pixels p of s_p), where s_p is the standard deviation of the
    values x_tp of a pixel and channel p over the frames t: s_p^2 = mean over t of
    (x_tp - mean over t of x_tp)^2. Where less than half of the pixels see something that moves,
    the median is that of the background.

    Args:
        videos: [N, T, H, W, C], uint8 or floats in [0, 1]; see
            `keras_infogan.runtime.images.checked_images`.

    Returns:
        In units of white, from 0 to 0.5.

    Raises:
        TypeError: videos that are not numbers.
        ValueError: videos of another shape or range.

    Examples:
        >>> videos = np.zeros([2, 4, 8, 8, 1])
        >>> videos[:, 2:, :2] = 1.0   # a quarter of the pixels change
        >>> background_deviation(videos)
        0.0
    """
    shape = np.shape(videos)
    if len(shape) != VIDEO_RANK:
        raise ValueError(f"Videos should have shape [N, T, H, W, C]. Received: {list(shape)}")
    medians = [
        np.median(unit_batch(batch).std(axis=1), axis=(1, 2, 3))
        for batch in image_batches(checked_images(videos, shape[1:]))
    ]
    return float(np.mean(np.concatenate(medians), dtype=np.float64))
