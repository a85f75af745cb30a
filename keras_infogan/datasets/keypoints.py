"""Keypoints as heat maps: one map for each point, bright where the point is."""

import numpy as np

from keras_infogan.runtime.arguments import checked_count, checked_number


def heat_maps(keypoints: np.ndarray, size: int, deviation: float = 1.0) -> np.ndarray:
    """Draws each keypoint as exp(-d^2 / (2 deviation^2)), with d a pixel's distance from it.

    Args:
        keypoints: float array [N, K, 2], row and column in pixels. The middle of the first pixel is
            at (0, 0).
        size: height and width of the maps, in pixels.
        deviation: the width of the bright spot, in pixels.

    Returns:
        A float array [N, size, size, K] in [0, 1].

    Raises:
        ValueError: another shape, a size below 1, a deviation that is not positive, or a keypoint
            outside the image.

    Examples:
        >>> heat_maps(np.array([[[1.0, 2.0]]]), size=4)[0, 1, :, 0].round(2).tolist()
        [0.14, 0.61, 1.0, 0.61]
    """
    size = checked_count("size", size, 1)
    deviation = checked_number("deviation", deviation, above=0)
    keypoints = np.asarray(keypoints, float)
    if keypoints.ndim != 3 or keypoints.shape[2] != 2:
        raise ValueError(f"keypoints should have shape [N, K, 2]. Received: {keypoints.shape}")
    outside = keypoints[~((keypoints >= 0) & (keypoints <= size - 1)).all(axis=2)]
    if len(outside):
        raise ValueError(
            f"Each keypoint should be inside the image, from 0 to {size - 1}. "
            f"Received: {outside[0].tolist()}"
        )
    pixels = np.arange(size)
    rows, columns = (
        np.exp(-((pixels[:, None] - keypoints[:, None, :, axis]) ** 2) / (2 * deviation**2))
        for axis in (0, 1)
    )
    return rows[:, :, None, :] * columns[:, None, :, :]
