"""Gray and colored sprites: two kinds of the same pictures, without pairs to train on."""

import functools

import numpy as np
import tensorflow_datasets as tfds

from keras_infogan.datasets import shapes
from keras_infogan.datasets.rendered import SampledDataset, check_combinations

IMAGE_SIZE = 32
PAIRED_FROM = 1_000_000  # keys of the examples whose pictures belong together
GRAY = 170  # of every shape, whatever its color
_COLORS = {
    "red": (255, 0, 0),
    "green": (0, 255, 0),
    "blue": (0, 0, 255),
    "yellow": (255, 255, 0),
    "magenta": (255, 0, 255),
    "cyan": (0, 255, 255),
}
_HALF_SIZES = {"small": 4.0, "large": 6.0}  # in pixels
_STENCIL_SIZE = 16
_PLACES = (0, 4, 8, 12, 16)  # pixels from the upper left corner to the stencil's

GRAY_AND_COLORED_FACTORS = {
    "shape": tuple(shapes.OUTLINES),
    "color": tuple(_COLORS),
    "size": tuple(_HALF_SIZES),
    "x": _PLACES,
    "y": _PLACES,
}


def render_gray_and_colored(factors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Draws one shape on black for each combination of factors, in color and in gray.

    Args:
        factors: int array [N, 5], the indices of shape, color, size, x and y in
            `GRAY_AND_COLORED_FACTORS`, whose sizes are 4, 6, 2, 5 and 5.

    Returns:
        uint8 arrays [N, 32, 32, 3], and [N, 32, 32, 1] that do not depend on the color.

    Raises:
        TypeError: factors that are not ints.
        ValueError: factors of another shape, or an index out of range.

    Examples:
        >>> colored, gray = render_gray_and_colored(np.array([[0, 2, 1, 2, 2]]))
        >>> colored[0, 16, 16].tolist(), gray[0, 16, 16].tolist()
        ([0, 0, 255], [170])
    """
    factors = np.asarray(factors)
    check_combinations(GRAY_AND_COLORED_FACTORS, factors)
    shape, color, size, x, y = factors.T
    places = np.array(_PLACES)
    choice = shape * len(_HALF_SIZES) + size
    coverage = shapes.place_stencils(_stencils(), choice, places[y], places[x], IMAGE_SIZE)
    colors = np.array(list(_COLORS.values()), np.float32)[color]
    pictures = (coverage[..., None] * each for each in (colors[:, None, None, :], GRAY))
    colored, gray = (np.rint(picture).astype(np.uint8) for picture in pictures)
    return colored, gray


@functools.cache
def _stencils() -> np.ndarray:
    """All shapes and sizes, float64 [8, 16, 16], the last fastest."""
    return np.stack(
        [
            shapes.draw_stencil(shape, _STENCIL_SIZE, half, half)
            for shape in shapes.OUTLINES.values()
            for half in _HALF_SIZES.values()
        ]
    )


class GrayAndColored(SampledDataset):
    """A colored shape, and a gray one: 20,000 to train, 2,000 to test.

    Each example holds `image`, uint8 [32, 32, 3], a shape in color, and `source`, uint8
    [32, 32, 1], a shape in gray. In the split "test" both are the same shape at the same place. In
    "train" they are not: the gray pictures are those of other examples, so that no pair is shown.
    The gray does not depend on the color.

    The classes are those of `image`: `shape` (4), `color` (6), `size` (2), `x` (5) and `y` (5).

    Args:
        data_dir: the folder to prepare the dataset in; the default is TFDS's.

    Examples:
        >>> data = tfds.load("gray_and_colored", split="train", data_dir="tfds")   # doctest: +SKIP
    """

    IMAGE_SHAPE = (IMAGE_SIZE, IMAGE_SIZE, 3)
    FACTORS = GRAY_AND_COLORED_FACTORS
    EXAMPLES = {"train": 20_000, "test": 2_000}

    def _info(self) -> tfds.core.DatasetInfo:
        source = tfds.features.Image(shape=(IMAGE_SIZE, IMAGE_SIZE, 1))
        return self._factor_info("A shape in color, and one in gray.", source=source)

    def _keys(self) -> dict[str, np.ndarray]:
        train, test = self.EXAMPLES.values()
        return {"train": np.arange(train), "test": PAIRED_FROM + np.arange(test)}

    def _draw(
        self, keys: np.ndarray, generator: np.random.Generator
    ) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        factors = self._draw_factors(len(keys), generator)
        others = self._draw_factors(len(keys), generator)
        is_paired = (keys >= PAIRED_FROM)[:, None]
        colored, _ = render_gray_and_colored(factors)
        _, gray = render_gray_and_colored(np.where(is_paired, factors, others))
        return colored, {**self._labels(factors), "source": gray}
