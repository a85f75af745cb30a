"""BasicProp: synthetic images whose true factors are known, after Evtimova and Drozdov.

Both datasets draw bars on 28 x 28 pixels. In `BasicPropLine` one full-height bar is at one of
ten places; in `BasicPropRectangles` two bars are side by side, each with one of ten heights.
"""

import dataclasses

import numpy as np
import tensorflow_datasets as tfds

from keras_infogan.datasets.rendered import RenderedDataset

IMAGE_SIZE = 28
LINE_WIDTH = 4
LINE_POSITIONS = np.arange(3, 23, 2)
BAR_WIDTH = 10
BAR_TOP = 3
LEFT_BAR_X = 3
RIGHT_BAR_X = 15
BAR_HEIGHTS = np.arange(3, 23, 2)


@dataclasses.dataclass(eq=False)
class BasicPropConfig(tfds.core.BuilderConfig):
    """The ranges that the pixels of a BasicProp dataset are drawn from.

    Args:
        foreground: lowest and highest value of a pixel of the shape, both included, in [0, 255].
        background: the same for every other pixel.

    Examples:
        >>> config = BasicPropConfig(name="faint", foreground=(90, 99))
        >>> BasicPropLine(config=config, data_dir="tfds").info.features["image"].shape
        (28, 28, 1)
    """

    foreground: tuple[int, int] = (255, 255)
    background: tuple[int, int] = (0, 0)


CONFIGS = [
    BasicPropConfig(name="clean", description="Full brightness on black."),
    BasicPropConfig(
        name="foreground_noise",
        description="Uniform noise on black.",
        foreground=(150, 239),
    ),
    BasicPropConfig(
        name="background_noise",
        description="Bright uniform noise on dark uniform noise.",
        foreground=(150, 239),
        background=(0, 59),
    ),
]
DEFAULT_CONFIG = "foreground_noise"


def line_masks(positions: np.ndarray) -> np.ndarray:
    """Marks the pixels of full-height bars, 4 px wide, whose left edge is at x = 2i + 3.

    Args:
        positions: int array [N], the place i of each bar, 0 to 9.

    Returns:
        A bool array [N, 28, 28], true on the bar.

    Examples:
        >>> line_masks(np.array([0]))[0, 0].nonzero()[0].tolist()   # columns of the first row
        [3, 4, 5, 6]
    """
    columns = np.arange(IMAGE_SIZE)
    left = LINE_POSITIONS[positions][:, None]
    rows = (columns >= left) & (columns < left + LINE_WIDTH)
    return np.repeat(rows[:, None, :], IMAGE_SIZE, axis=1)


def rectangle_masks(left_heights: np.ndarray, right_heights: np.ndarray) -> np.ndarray:
    """Marks the pixels of two bars, 10 px wide, that hang from y = 3 at x = 3 and x = 15.

    Args:
        left_heights: int array [N], the index j of the left bar's height, 0 to 9; the height is
            2j + 3 pixels.
        right_heights: the same for the right bar.

    Returns:
        A bool array [N, 28, 28], true on the bars.

    Examples:
        >>> int(rectangle_masks(np.array([0]), np.array([9])).sum())   # 10 * 3 + 10 * 21
        240
    """
    masks = np.zeros((len(left_heights), IMAGE_SIZE, IMAGE_SIZE), bool)
    y = np.arange(IMAGE_SIZE)[:, None]
    for x, heights in ((LEFT_BAR_X, left_heights), (RIGHT_BAR_X, right_heights)):
        bottom = BAR_TOP + BAR_HEIGHTS[heights][:, None, None]
        masks[:, :, x : x + BAR_WIDTH] = (y >= BAR_TOP) & (y < bottom)
    return masks


def paint(masks: np.ndarray, config: BasicPropConfig, generator: np.random.Generator) -> np.ndarray:
    """Fills foreground and background with independent uniform integers.

    Args:
        masks: bool array [N, H, W], true on the foreground.
        config: the two ranges of values.
        generator: the source of randomness.

    Returns:
        A uint8 array [N, H, W, 1].

    Examples:
        >>> painted = paint(line_masks(np.arange(10)), CONFIGS[0], np.random.default_rng(0))
        >>> painted.shape
        (10, 28, 28, 1)
    """
    foreground, background = draw_noise(masks.shape, config, generator)
    return np.where(masks, foreground, background)[..., None]


def draw_noise(
    shape: tuple[int, ...], config: BasicPropConfig, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Draws independent uniform integers for a foreground and for a background.

    Args:
        shape: the shape of both.
        config: the two ranges of values.
        generator: the source of randomness.

    Returns:
        Two uint8 arrays of the shape.

    Examples:
        >>> foreground, background = draw_noise((28, 28), CONFIGS[2], np.random.default_rng(0))
        >>> foreground.shape, background.shape
        ((28, 28), (28, 28))
    """
    foreground, background = (
        generator.integers(low, high, shape, np.uint8, endpoint=True)
        for low, high in (config.foreground, config.background)
    )
    return foreground, background


class _BasicProp(
    RenderedDataset,
    skip_registration=True,  # type: ignore[call-arg]
):
    """The base of the two builders: two splits, in which the classes take turns.

    So the classes are balanced in every slice of a split.
    """

    BUILDER_CONFIGS = CONFIGS
    DEFAULT_BUILDER_CONFIG_NAME = DEFAULT_CONFIG
    IMAGE_SHAPE = (IMAGE_SIZE, IMAGE_SIZE, 1)
    CLASSES: int
    EXAMPLES_PER_CLASS: dict[str, int]

    def _factors(self, classes: np.ndarray) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """Returns the foreground masks and the factors of images of these classes."""
        raise NotImplementedError

    def _keys(self) -> dict[str, np.ndarray]:
        return {
            split: np.arange(count * self.CLASSES)
            for split, count in self.EXAMPLES_PER_CLASS.items()
        }

    def _draw(
        self, keys: np.ndarray, generator: np.random.Generator
    ) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        masks, factors = self._factors(keys % self.CLASSES)
        return paint(masks, self.builder_config, generator), factors


class BasicPropLine(_BasicProp):
    """One bar at one of ten places: 100,000 images to train, 10,000 to test.

    Each example holds `image`, uint8 [28, 28, 1], and `label`, the place of the bar, 0 to 9.

    Args:
        config: "foreground_noise" (the default), "clean", "background_noise", or a
            `BasicPropConfig`.
        data_dir: the folder to prepare the dataset in; the default is TFDS's.

    Examples:
        >>> data = tfds.load("basic_prop_line", split="train", data_dir="tfds")   # doctest: +SKIP

    Source: the BasicProp line data of Evtimova and Drozdov's InfoGAN experiments, whose noise is
    the default here.
    """

    CLASSES = len(LINE_POSITIONS)
    EXAMPLES_PER_CLASS = {"train": 10_000, "test": 1_000}

    def _info(self) -> tfds.core.DatasetInfo:
        return self._dataset_info(
            "A full-height bar, 4 px wide, at one of ten places.",
            label=tfds.features.ClassLabel(num_classes=self.CLASSES),
        )

    def _factors(self, classes: np.ndarray) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        return line_masks(classes), {"label": classes}


class BasicPropRectangles(_BasicProp):
    """Two bars, each of one of ten heights: 100,000 images to train, 10,000 to test.

    Each example holds `image`, uint8 [28, 28, 1], and `left_height` and `right_height`, classes
    0 to 9 whose names are the heights in pixels, "3" to "21".

    Args:
        config: "foreground_noise" (the default), "clean", "background_noise", or a
            `BasicPropConfig`.
        data_dir: the folder to prepare the dataset in; the default is TFDS's.

    Examples:
        >>> name = "basic_prop_rectangles/clean"
        >>> data = tfds.load(name, split="test", data_dir="tfds")   # doctest: +SKIP

    Source: the BasicProp rectangles data of Evtimova and Drozdov's InfoGAN experiments. They made
    no test split; ours holds 100 images of each of the 100 pairs.
    """

    CLASSES = len(BAR_HEIGHTS) ** 2
    EXAMPLES_PER_CLASS = {"train": 1_000, "test": 100}

    def _info(self) -> tfds.core.DatasetInfo:
        height = tfds.features.ClassLabel(names=[str(height) for height in BAR_HEIGHTS])
        return self._dataset_info(
            "Two bars, 10 px wide, side by side, each of one of ten heights.",
            left_height=height,
            right_height=height,
        )

    def _factors(self, classes: np.ndarray) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        left, right = np.divmod(classes, len(BAR_HEIGHTS))
        return rectangle_masks(left, right), {"left_height": left, "right_height": right}
