"""Anti-aliased shapes: each is drawn once as a small stencil, then placed in many images.

A shape is a function of x and y, arrays in units of the shape's half width and half height, from
its middle, with y down. It returns which points are inside.
"""

from collections.abc import Callable, Iterable

import numpy as np

Shape = Callable[[np.ndarray, np.ndarray], np.ndarray]

# Each pixel is sampled at 8 x 8 points: 65 shades.
_SAMPLES = 8
# Makes the heart reach as far up as down.
_HEART_MIDDLE = 0.23

# Red, green and blue, of colors that are well seen on each of the backgrounds.
PALETTE = {
    "red": (220, 30, 30),
    "green": (30, 160, 50),
    "blue": (40, 60, 230),
    "yellow": (240, 200, 20),
}
BACKGROUNDS = {"black": 0, "gray": 128, "white": 255}


def rectangle(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """|x| <= 1 and |y| <= 1."""
    return np.maximum(np.abs(x), np.abs(y)) <= 1


def ellipse(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """x^2 + y^2 <= 1."""
    return x**2 + y**2 <= 1


def triangle(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Between the apex (0, -1) and the base from (-1, 1) to (1, 1)."""
    return (2 * np.abs(x) <= y + 1) & (y <= 1)


def cross(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """A plus sign whose bars take a third of its width and height."""
    return rectangle(x, y) & (3 * np.minimum(np.abs(x), np.abs(y)) <= 1)


def heart(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """x^2 + (1.25 u - sqrt|x|)^2 <= 1, u = 0.23 - y: an ellipse, sheared; its area is 0.8 pi."""
    up = _HEART_MIDDLE - y
    return x**2 + (1.25 * up - np.sqrt(np.abs(x))) ** 2 <= 1


# Four shapes that differ also without colors.
OUTLINES = {"rectangle": rectangle, "ellipse": ellipse, "triangle": triangle, "cross": cross}


def draw_stencil(
    shape: Shape, size: int, half_width: float, half_height: float, angle: float = 0.0
) -> np.ndarray:
    """Draws one shape in the middle of a small picture.

    A pixel's value is the share of its area that the shape covers, from 8 x 8 samples.

    Args:
        shape: which points are inside, in the shape's own units.
        size: height and width of the picture, in pixels.
        half_width: half the shape's width, in pixels.
        half_height: half its height.
        angle: how far the shape is turned, in radians, clockwise.

    Returns:
        A float64 array [size, size] in [0, 1].

    Examples:
        >>> draw_stencil(rectangle, 4, half_width=1.5, half_height=1.0)[1].tolist()
        [0.5, 1.0, 1.0, 0.5]
    """
    offsets = (np.arange(size * _SAMPLES) + 0.5) / _SAMPLES - size / 2
    x, y = offsets[None, :], offsets[:, None]
    cosine, sine = np.cos(angle), np.sin(angle)
    inside = shape((cosine * x + sine * y) / half_width, (cosine * y - sine * x) / half_height)
    return inside.reshape(size, _SAMPLES, size, _SAMPLES).mean(axis=(1, 3))


def draw_stencils(outlines: Iterable[tuple[Shape, float, float]], size: int) -> np.ndarray:
    """Draws upright shapes, each as `draw_stencil` does.

    Args:
        outlines: of each shape: its points, half its width and half its height, in pixels.
        size: height and width of each picture, in pixels.

    Returns:
        A float64 array [K, size, size] in [0, 1].

    Examples:
        >>> draw_stencils([(rectangle, 1.5, 1.0), (ellipse, 2.0, 1.0)], 4).shape
        (2, 4, 4)
    """
    return np.stack([draw_stencil(shape, size, width, height) for shape, width, height in outlines])


def place_stencils(
    stencils: np.ndarray, choice: np.ndarray, top: np.ndarray, left: np.ndarray, size: int
) -> np.ndarray:
    """Puts one stencil into each of N images that are zero elsewhere.

    Args:
        stencils: array [K, S, S].
        choice: int array [N], the stencil of each image, 0 to K - 1.
        top: int array [N], the row of each stencil's upper edge, 0 to size - S.
        left: int array [N], the column of its left edge.
        size: height and width of the images, in pixels, at least S.

    Returns:
        An array [N, size, size] of the stencils' dtype.

    Examples:
        >>> placed = place_stencils(np.ones((1, 2, 2)), *np.array([[0], [3], [1]]), size=5)
        >>> placed[0].any(axis=1).nonzero()[0].tolist(), placed[0].any(axis=0).nonzero()[0].tolist()
        ([3, 4], [1, 2])
    """
    margin = size - stencils.shape[-1]
    padded = np.pad(stencils, [(0, 0), (margin, margin), (margin, margin)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, (size, size), axis=(1, 2))
    return windows[choice, margin - top, margin - left]


def palette(names: Iterable[str]) -> np.ndarray:
    """The red, green and blue of colors of `PALETTE`, float32 [K, 3].

    Examples:
        >>> palette(["yellow"]).tolist()
        [[240.0, 200.0, 20.0]]
    """
    return np.array([PALETTE[name] for name in names], np.float32)


def cover(images: np.ndarray, coverage: np.ndarray, colors: np.ndarray) -> np.ndarray:
    """Paints one color over each of N images: a * color + (1 - a) * image.

    Args:
        images: array [N, H, W, C].
        coverage: the share a of each pixel that is covered, [N, H, W] in [0, 1].
        colors: array [N, C], in the unit of the images.

    Returns:
        A float array [N, H, W, C].

    Examples:
        >>> cover(np.zeros((1, 1, 2, 1)), np.array([[[0.5, 1.0]]]), np.array([[200]])).tolist()
        [[[[100.0], [200.0]]]]
    """
    share = coverage[..., None]
    return share * colors[:, None, None, :] + (1 - share) * images
