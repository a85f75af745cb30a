"""Videos of a sprite that moves over a still background."""

import functools

import numpy as np
import scipy.ndimage
import tensorflow_datasets as tfds

from keras_infogan.datasets import shapes
from keras_infogan.datasets.rendered import SampledDataset, check_combinations

IMAGE_SIZE = 32
FRAMES = 16
_SHAPES = {
    "square": (shapes.rectangle, 4.0, 4.0),
    "ellipse": (shapes.ellipse, 5.5, 3.5),
    "triangle": (shapes.triangle, 5.0, 5.0),
}
# Rows and columns per frame, at a speed of 1.
_DIRECTIONS = {"up": (-1, 0), "right": (0, 1), "down": (1, 0), "left": (0, -1)}
_STENCIL_SIZE = 12
_BRIGHT = 255.0
_BRIGHTEST_BACKGROUND = 110.0
_SMOOTHNESS = 4.0  # standard deviation of the blur of the background, in pixels

MOVING_FACTORS = {
    "shape": tuple(_SHAPES),
    "direction": tuple(_DIRECTIONS),
    "speed": (0.5, 1.0),  # pixels per frame
}


def render_moving_sprites(factors: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Draws a video for each combination of factors: the start and the background are random.

    Args:
        factors: int array [N, 3], the indices of shape, direction and speed in `MOVING_FACTORS`,
            whose sizes are 3, 4 and 2.
        generator: the source of randomness.

    Returns:
        A uint8 array [N, 16, 32, 32, 1]. The sprite stays inside.

    Raises:
        TypeError: factors that are not ints.
        ValueError: factors of another shape, or an index out of range.

    Examples:
        >>> render_moving_sprites(np.array([[0, 1, 1]]), np.random.default_rng(0)).shape
        (1, 16, 32, 32, 1)
    """
    factors = np.asarray(factors)
    check_combinations(MOVING_FACTORS, factors)
    shape, direction, speed = factors.T
    steps = np.array(list(_DIRECTIONS.values()))[direction].astype(float)
    steps *= np.array(MOVING_FACTORS["speed"])[speed][:, None]
    travelled = steps * (FRAMES - 1)
    room = IMAGE_SIZE - _STENCIL_SIZE - np.abs(travelled)
    # Whole pixels: from half a pixel too far, the last frame would not move.
    choices = np.floor(room) + 1
    start = np.floor(generator.random((len(factors), 2)) * choices) - np.minimum(travelled, 0)
    ground = _backgrounds(len(factors), generator)
    frames = []
    for frame in range(FRAMES):
        coverage = _placed(_stencils()[shape], start + frame * steps)
        frames.append(coverage * _BRIGHT + (1 - coverage) * ground)
    return np.rint(np.stack(frames, axis=1)).astype(np.uint8)[..., None]


def _placed(stencils: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """Each stencil [N, S, S] with its upper left corner at a place [N, 2], between pixels too.

    Between two pixels it is the mean of both, weighted by how near they are.
    """
    lower = np.floor(corners).astype(int)
    share = corners - lower
    placed = np.zeros((len(stencils), IMAGE_SIZE, IMAGE_SIZE))
    rows = np.arange(len(stencils))
    for down in (0, 1):
        for right in (0, 1):
            weights = np.abs(1 - down - share[:, 0]) * np.abs(1 - right - share[:, 1])
            top, left = (np.minimum(lower + (down, right), IMAGE_SIZE - _STENCIL_SIZE)).T
            moved = shapes.place_stencils(stencils, rows, top, left, IMAGE_SIZE)
            placed += weights[:, None, None] * moved
    return placed


def _backgrounds(count: int, generator: np.random.Generator) -> np.ndarray:
    """Smooth noise, each image from black to the brightest shade of a background."""
    noise = generator.random((count, IMAGE_SIZE, IMAGE_SIZE))
    smooth = scipy.ndimage.gaussian_filter(noise, _SMOOTHNESS, axes=(1, 2), mode="wrap")
    low, high = (extreme(smooth, axis=(1, 2), keepdims=True) for extreme in (np.min, np.max))
    scaled: np.ndarray = _BRIGHTEST_BACKGROUND * (smooth - low) / (high - low)
    return scaled


@functools.cache
def _stencils() -> np.ndarray:
    """All shapes, float64 [3, 12, 12]."""
    return shapes.draw_stencils(_SHAPES.values(), _STENCIL_SIZE)


class MovingSprites(SampledDataset):
    """A bright sprite that moves over a still background: 4,000 videos to train, 500 to test.

    Each example holds `image`, a video of uint8 [16, 32, 32, 1]. The background is smooth noise,
    another one in each video. The classes are `shape` (3), `direction` (4: up, right, down, left)
    and `speed` (2: half a pixel or one pixel per frame).

    Args:
        data_dir: the folder to prepare the dataset in; the default is TFDS's.

    Examples:
        >>> data = tfds.load("moving_sprites", split="train", data_dir="tfds")   # doctest: +SKIP
    """

    IMAGE_SHAPE = (FRAMES, IMAGE_SIZE, IMAGE_SIZE, 1)
    FACTORS = MOVING_FACTORS
    EXAMPLES = {"train": 4_000, "test": 500}

    def _info(self) -> tfds.core.DatasetInfo:
        return self._factor_info("A sprite that moves over a still background.")

    def _render(
        self, factors: np.ndarray, generator: np.random.Generator
    ) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        return render_moving_sprites(factors, generator), {}
