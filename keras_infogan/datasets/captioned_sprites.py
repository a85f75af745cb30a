"""Sprites with captions, of which each word tells a factor."""

import functools

import numpy as np
import tensorflow_datasets as tfds

from keras_infogan.datasets import grammar, shapes
from keras_infogan.datasets.rendered import SampledDataset, check_combinations

IMAGE_SIZE = 64
# Each shape's half width and half height, in pixels, if it is large.
_SHAPES = {
    "square": (shapes.rectangle, 10.0, 10.0),
    "ellipse": (shapes.ellipse, 13.0, 8.0),
    "heart": (shapes.heart, 12.0, 12.0),
}
_SCALES = {"small": 0.6, "large": 1.0}
_ANGLES = {"upright": 0.0, "tilted": np.pi / 6}  # in radians
_STENCIL_SIZE = 32
# The upper left corner of the stencil, in pixels.
_PLACES = {
    "upper left": (2, 2),
    "upper right": (2, 30),
    "lower left": (30, 2),
    "lower right": (30, 30),
    "center": (16, 16),
}
_JITTER = 2  # pixels at most, in all directions

CAPTION_FACTORS = {
    "size": grammar.SIZES,
    "color": grammar.COLORS,
    "shape": grammar.SHAPES,
    "place": grammar.PLACES,
    "tilt": grammar.TILTS,
    "background": tuple(shapes.BACKGROUNDS),
}


def render_captioned_sprites(factors: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Draws one sprite for each combination of factors, moved by up to two pixels.

    Args:
        factors: int array [N, 6], the indices of size, color, shape, place, tilt and background in
            `CAPTION_FACTORS`, whose sizes are 2, 4, 3, 5, 2 and 3.
        generator: the source of randomness.

    Returns:
        A uint8 array [N, 64, 64, 3].

    Raises:
        TypeError: factors that are not ints.
        ValueError: factors of another shape, or an index out of range.

    Examples:
        >>> factors = np.array([[1, 0, 2, 4, 0, 0]])
        >>> image = render_captioned_sprites(factors, np.random.default_rng(0))[0]
        >>> image.shape, image[32, 32].tolist()
        ((64, 64, 3), [220, 30, 30])
    """
    factors = np.asarray(factors)
    check_combinations(CAPTION_FACTORS, factors)
    size, color, shape, place, tilt, background = factors.T
    choice = np.ravel_multi_index((shape, size, tilt), (len(_SHAPES), len(_SCALES), len(_ANGLES)))
    moved = generator.integers(-_JITTER, _JITTER + 1, size=(len(factors), 2))
    top, left = (np.array(list(_PLACES.values()))[place] + moved).T
    coverage = shapes.place_stencils(_stencils(), choice, top, left, IMAGE_SIZE)
    shade = np.array(list(shapes.BACKGROUNDS.values()), np.float32)[background]
    ground = np.broadcast_to(shade[:, None, None, None], (*coverage.shape, 3))
    painted = shapes.cover(ground, coverage, shapes.palette(grammar.COLORS)[color])
    return np.rint(painted).astype(np.uint8)


def write_captions(factors: np.ndarray) -> np.ndarray:
    """Writes the caption of each combination of factors; it does not tell the background.

    Args:
        factors: as for `render_captioned_sprites`.

    Returns:
        An array of str objects, [N].

    Examples:
        >>> write_captions(np.array([[1, 0, 2, 0, 1, 2]])).tolist()
        ['a large red heart, upper left, tilted']
    """
    factors = np.asarray(factors)
    check_combinations(CAPTION_FACTORS, factors)
    told = list(CAPTION_FACTORS.values())[:-1]
    rows = [[values[k] for values, k in zip(told, row, strict=False)] for row in factors]
    return np.array([grammar.caption(*row) for row in rows], object)


@functools.cache
def _stencils() -> np.ndarray:
    """All shapes, sizes and tilts, float64 [12, 32, 32], the last fastest."""
    return np.stack(
        [
            shapes.draw_stencil(shape, _STENCIL_SIZE, scale * width, scale * height, angle)
            for shape, width, height in _SHAPES.values()
            for scale in _SCALES.values()
            for angle in _ANGLES.values()
        ]
    )


class CaptionedSprites(SampledDataset):
    """A colored sprite and its caption: 12,000 to train, 2,000 to test.

    Each example holds `image`, uint8 [64, 64, 3], and `caption`, a text such as "a large red heart,
    upper left, tilted". The classes are `size` (2), `color` (4), `shape` (3), `place` (5), `tilt`
    (2), and `background` (3: black, gray, white), which no caption tells.

    Args:
        data_dir: the folder to prepare the dataset in; the default is TFDS's.

    Examples:
        >>> data = tfds.load("captioned_sprites", split="train", data_dir="tfds")  # doctest: +SKIP
    """

    IMAGE_SHAPE = (IMAGE_SIZE, IMAGE_SIZE, 3)
    FACTORS = CAPTION_FACTORS
    EXAMPLES = {"train": 12_000, "test": 2_000}

    def _info(self) -> tfds.core.DatasetInfo:
        return self._factor_info("A sprite and its caption.", caption=tfds.features.Text())

    def _render(
        self, factors: np.ndarray, generator: np.random.Generator
    ) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        images = render_captioned_sprites(factors, generator)
        return images, {"caption": write_captions(factors)}
