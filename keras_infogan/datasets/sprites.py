"""Sprites: white shapes on black whose five factors are known, after dSprites."""

import functools

import numpy as np
import tensorflow_datasets as tfds

from keras_infogan.datasets import shapes
from keras_infogan.datasets.rendered import FactorDataset, check_combinations

IMAGE_SIZE = 64
# Each shape's half width and half height at scale 1, in pixels: the three areas are near 300.
_SHAPES = {
    "square": (shapes.rectangle, 9.0, 9.0),
    "ellipse": (shapes.ellipse, 14.0, 7.0),
    "heart": (shapes.heart, 11.0, 11.0),
}
# The largest shape fits at any angle; with 32 places a pixel apart, it just fills the image.
_STENCIL_SIZE = 33

SPRITE_FACTORS = {
    "shape": tuple(_SHAPES),
    "scale": tuple(np.linspace(0.5, 1.0, 6)),
    "orientation": tuple(np.linspace(0.0, 2 * np.pi, 40)),
    "x": tuple(np.linspace(0.0, 1.0, 32)),
    "y": tuple(np.linspace(0.0, 1.0, 32)),
}


def render_sprites(factors: np.ndarray) -> np.ndarray:
    """Draws one white shape on black for each combination of factors.

    The middle of the shape is at (x + 16.5, y + 16.5) pixels from the upper left corner, for the
    indices x and y; larger is further right and down. The orientation is clockwise.

    Args:
        factors: int array [N, 5], the indices of shape, scale, orientation, x and y in
            `SPRITE_FACTORS`, whose sizes are 3, 6, 40, 32 and 32.

    Returns:
        A uint8 array [N, 64, 64, 1].

    Raises:
        TypeError: factors that are not ints.
        ValueError: factors of another shape, or an index out of range.

    Examples:
        >>> render_sprites(np.array([[2, 5, 0, 16, 16]])).shape   # an upright heart in the middle
        (1, 64, 64, 1)

    Reference: Matthey et al. 2017, dSprites, whose factors and values these are; as there, the
    last orientation is a full turn, so it looks like the first. The shapes are our own, and
    anti-aliased; those of dSprites are black and white.
    """
    factors = np.asarray(factors)
    check_combinations(SPRITE_FACTORS, factors)
    shape, scale, orientation, x, y = factors.T
    sizes = tuple(len(SPRITE_FACTORS[name]) for name in ("shape", "scale", "orientation"))
    choice = np.ravel_multi_index((shape, scale, orientation), sizes)
    return shapes.place_stencils(_stencils(), choice, y, x, IMAGE_SIZE)[..., None]


@functools.cache
def _stencils() -> np.ndarray:
    """All shapes, scales and orientations, uint8 [720, 33, 33], the last fastest."""
    coverages = [
        shapes.draw_stencil(shape, _STENCIL_SIZE, scale * width, scale * height, angle)
        for shape, width, height in _SHAPES.values()
        for scale in SPRITE_FACTORS["scale"]
        for angle in SPRITE_FACTORS["orientation"]
    ]
    return np.rint(255 * np.stack(coverages)).astype(np.uint8)


class Sprites(FactorDataset):
    """A white square, ellipse or heart on black: 50,000 images to train, 10,000 to test.

    Each example holds `image`, uint8 [64, 64, 1], and the classes `shape` (3), `scale` (6),
    `orientation` (40), `x` (32) and `y` (32). No two examples of the dataset have the same five
    values. `render_sprites` draws the rest of the 737,280 combinations.

    Args:
        data_dir: the folder to prepare the dataset in; the default is TFDS's.

    Examples:
        >>> data = tfds.load("sprites", split="train", data_dir="tfds")   # doctest: +SKIP

    Reference: as for `render_sprites`. TFDS's own `dsprites` is the original, a download.
    """

    IMAGE_SHAPE = (IMAGE_SIZE, IMAGE_SIZE, 1)
    FACTORS = SPRITE_FACTORS

    def _info(self) -> tfds.core.DatasetInfo:
        return self._factor_info("A square, ellipse or heart, white on black.")

    def _render(self, factors: np.ndarray, generator: np.random.Generator) -> np.ndarray:
        del generator  # Nothing but the factors varies.
        return render_sprites(factors)
