"""Sprite stories: four frames and four sentences, each of which adds an object."""

import functools

import numpy as np
import tensorflow_datasets as tfds

from keras_infogan.datasets import grammar, shapes
from keras_infogan.datasets.rendered import SampledDataset, check_combinations

IMAGE_SIZE = 32
FRAMES = grammar.STORY_SENTENCES
# Each shape's half width and half height, in pixels.
_SHAPES = {
    "square": (shapes.rectangle, 4.5, 4.5),
    "ellipse": (shapes.ellipse, 6.0, 4.0),
    "heart": (shapes.heart, 5.5, 5.5),
}
_STENCIL_SIZE = IMAGE_SIZE // 2  # a quarter of the image

STORY_FACTORS = {
    "background": tuple(shapes.BACKGROUNDS),
    **{
        f"{name}_{frame}": values
        for frame in range(1, FRAMES + 1)
        for name, values in (
            ("shape", grammar.SHAPES),
            ("color", grammar.COLORS),
            ("corner", grammar.CORNERS),
        )
    },
}


def render_stories(factors: np.ndarray) -> np.ndarray:
    """Draws four frames for each combination of factors: frame k shows the objects 1 to k.

    Args:
        factors: int array [N, 13], the indices of `STORY_FACTORS`: the background (3); then shape
            (3), color (4) and corner (4) of each of the four objects.

    Returns:
        A uint8 array [N, 4, 32, 32, 3].

    Raises:
        TypeError: factors that are not ints.
        ValueError: factors of another shape, or an index out of range.

    Examples:
        >>> render_stories(np.array([[0, 2, 0, 0, 1, 1, 1, 0, 2, 2, 0, 3, 3]])).shape
        (1, 4, 32, 32, 3)
    """
    factors = np.asarray(factors)
    check_combinations(STORY_FACTORS, factors)
    shade = np.array(list(shapes.BACKGROUNDS.values()), np.float32)[factors[:, 0]]
    frame = np.broadcast_to(shade[:, None, None, None], (len(factors), IMAGE_SIZE, IMAGE_SIZE, 3))
    frames = []
    for shape, color, corner in _objects(factors):
        top, left = _STENCIL_SIZE * (corner // 2), _STENCIL_SIZE * (corner % 2)
        coverage = shapes.place_stencils(_stencils(), shape, top, left, IMAGE_SIZE)
        frame = shapes.cover(frame, coverage, shapes.palette(grammar.COLORS)[color])
        frames.append(frame)
    return np.rint(np.stack(frames, axis=1)).astype(np.uint8)


def write_stories(factors: np.ndarray) -> np.ndarray:
    """Writes the four sentences of each combination of factors; none tells the background.

    Args:
        factors: as for `render_stories`.

    Returns:
        An array of str objects, [N, 4].

    Raises:
        TypeError, ValueError: as for `render_stories`.

    Examples:
        >>> write_stories(np.array([[0, 2, 0, 0, 1, 1, 1, 0, 2, 2, 0, 3, 3]]))[0, 0]
        'a red heart, upper left'
    """
    factors = np.asarray(factors)
    check_combinations(STORY_FACTORS, factors)
    sentences = [
        grammar.story_sentence(
            grammar.COLORS[color], grammar.SHAPES[shape], grammar.CORNERS[corner]
        )
        for shapes_colors_corners in _objects(factors)
        for shape, color, corner in zip(*shapes_colors_corners, strict=True)
    ]
    return np.array(sentences, object).reshape(FRAMES, len(factors)).T


def _objects(factors: np.ndarray) -> np.ndarray:
    """The shape, color and corner of each object, int [4, 3, N]."""
    return factors[:, 1:].reshape(-1, FRAMES, 3).transpose(1, 2, 0)


@functools.cache
def _stencils() -> np.ndarray:
    """All shapes, float64 [3, 16, 16]."""
    return shapes.draw_stencils(_SHAPES.values(), _STENCIL_SIZE)


class SpriteStories(SampledDataset):
    """Four frames that fill the four corners, and four sentences: 6,000 to train, 500 to test.

    Each example holds `image`, a video of uint8 [4, 32, 32, 3], and `story`, four texts such as
    "a red heart, upper left". Sentence k tells which object frame k adds, in a corner that was
    empty; earlier objects stay. The corners are in random order, and no sentence tells the shade
    of the background.

    The classes are `background` (3: black, gray, white), and for k from 1 to 4 `shape_k` (3),
    `color_k` (4) and `corner_k` (4).

    Args:
        data_dir: the folder to prepare the dataset in; the default is TFDS's.

    Examples:
        >>> data = tfds.load("sprite_stories", split="train", data_dir="tfds")   # doctest: +SKIP
    """

    IMAGE_SHAPE = (FRAMES, IMAGE_SIZE, IMAGE_SIZE, 3)
    FACTORS = STORY_FACTORS
    EXAMPLES = {"train": 6_000, "test": 500}

    def _info(self) -> tfds.core.DatasetInfo:
        story = tfds.features.Sequence(tfds.features.Text(), length=FRAMES)
        return self._factor_info("Objects that fill four corners one by one.", story=story)

    def _draw_factors(self, count: int, generator: np.random.Generator) -> np.ndarray:
        factors = super()._draw_factors(count, generator)
        orders = np.tile(np.arange(len(grammar.CORNERS)), (count, 1))
        is_corner = [name.startswith("corner") for name in self.FACTORS]
        factors[:, is_corner] = generator.permuted(orders, axis=1)
        return factors

    def _render(
        self, factors: np.ndarray, generator: np.random.Generator
    ) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        del generator  # Nothing but the factors varies.
        return render_stories(factors), {"story": write_stories(factors)}
