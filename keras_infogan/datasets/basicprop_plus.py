"""BasicProp++: colored shapes with known factors, as Evtimova and Drozdov proposed them."""

import functools

import numpy as np
import tensorflow_datasets as tfds

from keras_infogan.datasets import shapes
from keras_infogan.datasets.basicprop import CONFIGS, DEFAULT_CONFIG, BasicPropConfig, draw_noise
from keras_infogan.datasets.rendered import FactorDataset, check_combinations

IMAGE_SIZE = 32
# The shares of red, green and blue.
_COLOURS = {
    "red": (1, 0, 0),
    "green": (0, 1, 0),
    "yellow": (1, 1, 0),
    "blue": (0, 0, 1),
    "magenta": (1, 0, 1),
    "cyan": (0, 1, 1),
    "white": (1, 1, 1),
}
# Half of the geometric mean of width and height, in pixels: at most half a stencil / sqrt(2).
_HALF_DIAMETER = 5.5
_STENCIL_SIZE = 16

BASIC_PROP_PLUS_FACTORS = {
    "shape": tuple(shapes.OUTLINES),
    "colour": tuple(_COLOURS),
    "ratio": tuple(np.geomspace(0.5, 2.0, 9)),
    "x": tuple(range(IMAGE_SIZE - _STENCIL_SIZE + 1)),
    "y": tuple(range(IMAGE_SIZE - _STENCIL_SIZE + 1)),
}


def render_basic_prop_plus(
    factors: np.ndarray, config: BasicPropConfig, generator: np.random.Generator
) -> np.ndarray:
    """Draws one colored shape for each combination of factors.

    With a the share of a pixel that the shape covers, and f and b drawn from the config's ranges
    for each pixel,

        channel = a * f * colour + (1 - a) * b.

    For a ratio r, the shape is 11 sqrt(r) pixels wide and 11 / sqrt(r) high; its middle is at
    (x + 8, y + 8) pixels from the upper left corner.

    Args:
        factors: int array [N, 5], the indices of shape, colour, ratio, x and y in
            `BASIC_PROP_PLUS_FACTORS`, whose sizes are 4, 7, 9, 17 and 17.
        config: the two ranges of values.
        generator: the source of randomness.

    Returns:
        A uint8 array [N, 32, 32, 3].

    Raises:
        TypeError: factors that are not ints.
        ValueError: factors of another shape, or an index out of range.

    Examples:
        >>> clean = BasicPropPlus.builder_configs["clean"]
        >>> factors = np.array([[1, 0, 4, 8, 8]])
        >>> render_basic_prop_plus(factors, clean, np.random.default_rng(0)).shape
        (1, 32, 32, 3)
    """
    factors = np.asarray(factors)
    check_combinations(BASIC_PROP_PLUS_FACTORS, factors)
    shape, colour, ratio, x, y = factors.T
    choice = np.ravel_multi_index(
        (shape, ratio), (len(shapes.OUTLINES), len(_stencils()) // len(shapes.OUTLINES))
    )
    coverage = shapes.place_stencils(_stencils(), choice, y, x, IMAGE_SIZE)[..., None]
    colours = np.array(list(_COLOURS.values()), np.float32)[colour][:, None, None]
    foreground, background = draw_noise(coverage.shape, config, generator)
    return np.rint(coverage * foreground * colours + (1 - coverage) * background).astype(np.uint8)


@functools.cache
def _stencils() -> np.ndarray:
    """All shapes and ratios, float32 [36, 16, 16], the last fastest."""
    coverages = [
        shapes.draw_stencil(
            shape, _STENCIL_SIZE, _HALF_DIAMETER * ratio**0.5, _HALF_DIAMETER / ratio**0.5
        )
        for shape in shapes.OUTLINES.values()
        for ratio in BASIC_PROP_PLUS_FACTORS["ratio"]
    ]
    return np.stack(coverages).astype(np.float32)


class BasicPropPlus(FactorDataset):
    """A colored shape at any place: 50,000 images to train, 10,000 to test.

    Each example holds `image`, uint8 [32, 32, 3], and the classes `shape` (4: rectangle, ellipse,
    triangle, cross), `colour` (7), `ratio` (9: width over height, 1/2 to 2), `x` (17) and `y`
    (17). No two examples of the dataset have the same five values.

    Args:
        config: "foreground_noise" (the default), "clean", "background_noise", or a
            `BasicPropConfig`.
        data_dir: the folder to prepare the dataset in; the default is TFDS's.

    Examples:
        >>> name = "basic_prop_plus/clean"
        >>> data = tfds.load(name, split="train", data_dir="tfds")   # doctest: +SKIP

    Reference: appendix A of Evtimova and Drozdov's InfoGAN experiments, which proposes
    translation, ratios of diameters, colors and shapes. The numbers of values, and the noise of the
    other BasicProp datasets, are our choice.
    """

    BUILDER_CONFIGS = CONFIGS
    DEFAULT_BUILDER_CONFIG_NAME = DEFAULT_CONFIG
    IMAGE_SHAPE = (IMAGE_SIZE, IMAGE_SIZE, 3)
    FACTORS = BASIC_PROP_PLUS_FACTORS

    def _info(self) -> tfds.core.DatasetInfo:
        return self._factor_info("A coloured shape of one of nine ratios, anywhere.")

    def _render(self, factors: np.ndarray, generator: np.random.Generator) -> np.ndarray:
        return render_basic_prop_plus(factors, self.builder_config, generator)
