"""Attributes of images that need no labels, to measure what a code does."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import ndimage
from scipy.stats import rankdata

from keras_infogan.runtime.images import unit_array

ATTRIBUTES = ("slant", "stroke_width", "height", "width", "area", "brightness")
INK = 0.5  # of the brightest pixel: brighter pixels belong to the shape
CHUNK = 1000  # images measured at a time
FEWEST = 2  # pairs that have a rank correlation


def image_attributes(images: Any) -> dict[str, np.ndarray]:
    """Measures shapes that are bright on dark, by their intensities and by their moments.

    With m the mean and S the covariance of the positions of an image's intensity:

    - "slant": degrees from upright, positive to the right, of the shear -S_xy / S_yy that
      deskewing undoes.
    - "stroke_width": pixels, 4 E[d] - 2 with d the distance of a pixel of the shape to the
      nearest one outside it, for any direction of the stroke: 2 for a bar of 2, 4 for one of 4.
    - "height", "width": pixels, the side sqrt(12 S + 1) of a bar with that variance.
    - "area": share of the image's pixels that belong to the shape: brighter than half the
      brightest.
    - "brightness": the mean intensity.

    Args:
        images: [N, H, W, C], see
            `keras_infogan.runtime.images.checked_images`; channels are averaged.

    Returns:
        Attribute -> float64 [N]. For a black image all except area and brightness are NaN; for a
        shape without height the slant is NaN.

    Raises:
        ValueError: another shape, no images, values that are NaN or outside [0, 1].

    Examples:
        >>> bar = np.zeros([1, 28, 28, 1])
        >>> bar[:, 4:24, 10:14] = 1.0
        >>> round(float(image_attributes(bar)["height"][0]), 2)
        20.0
    """
    images = unit_array(images)
    parts = [_attributes(images[start : start + CHUNK]) for start in range(0, len(images), CHUNK)]
    return {name: np.concatenate([part[name] for part in parts]) for name in ATTRIBUTES}


def _attributes(images: np.ndarray) -> dict[str, np.ndarray]:
    """The attributes of a chunk; it makes a dozen float64 arrays of the size of the images."""
    gray = images.mean(axis=-1, dtype=np.float64)
    mass = gray.sum(axis=(1, 2))
    y, x = (
        axis.astype(float) for axis in np.meshgrid(*map(np.arange, gray.shape[1:]), indexing="ij")
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        share = gray / mass[:, None, None]

        def mean(values: np.ndarray) -> np.ndarray:
            return (share * values).sum(axis=(1, 2))

        dy, dx = (axis - mean(axis)[:, None, None] for axis in (y, x))
        variance_y, variance_x, covariance = mean(dy * dy), mean(dx * dx), mean(dx * dy)
        upright = np.where(variance_y > 0, variance_y, np.nan)
        slant = np.degrees(np.arctan(-covariance / upright))
    shapes = (gray > INK * gray.max(axis=(1, 2), keepdims=True)) & (gray > 0)
    return {
        "slant": slant,
        "stroke_width": np.array([_stroke_width(shape) for shape in shapes]),
        "height": np.sqrt(12.0 * variance_y + 1.0),
        "width": np.sqrt(12.0 * variance_x + 1.0),
        "area": shapes.mean(axis=(1, 2)),
        "brightness": gray.mean(axis=(1, 2)),
    }


def rank_correlation(first: Any, second: Any) -> float:
    """Spearman's rank correlation of two rows of numbers, over the pairs that are finite.

    Returns:
        From -1 to 1; NaN where fewer than two pairs are finite or one side is constant.

    Raises:
        ValueError: the rows differ in length or are none.

    Examples:
        >>> float(rank_correlation([1, 2, 3], [1, 10, 100]))
        1.0
    """
    first, second = np.asarray(first, np.float64), np.asarray(second, np.float64)
    if first.ndim != 1 or first.shape != second.shape:
        raise ValueError(
            "Both should be one row of numbers of the same length. "
            f"Received: shapes {first.shape} and {second.shape}"
        )
    finite = np.isfinite(first) & np.isfinite(second)
    ranks = [rankdata(row[finite]) for row in (first, second)]
    if finite.sum() < FEWEST or min(np.ptp(rank) for rank in ranks) == 0:
        return float("nan")
    return float(np.corrcoef(*ranks)[0, 1])


def monotonicity(walks: Any) -> float:
    """How steadily an attribute changes along walks of a code: the mean rank correlation.

    Args:
        walks: [rows, steps], the attribute of each image of each walk.

    Returns:
        From -1, falling at every step of every walk, to 1; NaN where no walk has a correlation.

    Raises:
        ValueError: another shape.

    Examples:
        >>> float(monotonicity([[1, 2, 3], [4, 6, 5]]))   # (1 + 0.5) / 2
        0.75
    """
    walks = np.asarray(walks, np.float64)
    if walks.ndim != 2:
        raise ValueError(f"`walks` should be [rows, steps]. Received: shape {walks.shape}")
    steps = np.arange(walks.shape[1])
    correlations = [rank_correlation(steps, walk) for walk in walks]
    defined = [value for value in correlations if np.isfinite(value)]
    return float(np.mean(defined)) if defined else float("nan")


def _stroke_width(shape: np.ndarray) -> float:
    """The stroke width of a bool array [H, W]; outside its edges nothing belongs to the shape."""
    if not shape.any():
        return float("nan")
    distances = ndimage.distance_transform_edt(np.pad(shape, 1))
    return float(4.0 * distances[distances > 0].mean() - 2.0)
