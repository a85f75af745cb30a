"""Stick figures in two poses: what a figure looks like, and where its keypoints are."""

import numpy as np
import tensorflow_datasets as tfds

from keras_infogan.datasets import grammar, shapes
from keras_infogan.datasets.keypoints import heat_maps
from keras_infogan.datasets.rendered import SampledDataset, check_combinations

IMAGE_SIZE = 32
KEYPOINTS = ("head", "hip", "left hand", "right hand", "left foot", "right foot")
KEYPOINT_UNITS = 4  # of a pixel, in the feature `keypoints`
_BUILDS = {"thin": 0.8, "thick": 1.6}  # half the width of a line, in pixels
_HEAD_RADIUS = 3.0
_SKIN = (235, 190, 150)
_NECK, _HIP = 4.0, 12.0  # pixels below the middle of the head
_ARM, _LEG = 7.0, 8.0  # lengths in pixels
_HEAD_ROW, _MIDDLE = 6.0, 15.5
# Angles from straight down, in radians: at least and at most, of the right limb.
_ARM_ANGLES, _LEG_ANGLES = (0.3, 2.6), (0.1, 0.9)
_SHIFT = 2.0  # pixels that a figure may be away from the middle

FIGURE_FACTORS = {"color": grammar.COLORS, "build": tuple(_BUILDS)}


def draw_poses(count: int, generator: np.random.Generator) -> np.ndarray:
    """Draws poses: the angle of each limb, and the figure's place.

    Returns:
        float64 [count, 6, 2]: row and column in pixels of each of `KEYPOINTS`.

    Examples:
        >>> draw_poses(5, np.random.default_rng(0)).shape
        (5, 6, 2)
    """
    shift = generator.uniform(-_SHIFT, _SHIFT, (count, 1, 2))
    points = []
    for angles, length, start in ((_ARM_ANGLES, _ARM, _NECK), (_LEG_ANGLES, _LEG, _HIP)):
        for side in (-1, 1):
            angle = generator.uniform(*angles, count)
            down, across = length * np.cos(angle), side * length * np.sin(angle)
            points.append(np.stack([start + down, across], axis=1))
    body = np.broadcast_to([[0.0, 0.0], [_HIP, 0.0]], (count, 2, 2))
    relative = np.concatenate([body, np.stack(points, axis=1)], axis=1)
    return relative + shift + (_HEAD_ROW, _MIDDLE)


def render_figures(factors: np.ndarray, keypoints: np.ndarray) -> np.ndarray:
    """Draws a figure on black for each combination of factors and each pose.

    Args:
        factors: int array [N, 2], the indices of color and build in `FIGURE_FACTORS`.
        keypoints: float array [N, 6, 2], as `draw_poses` draws them.

    Returns:
        A uint8 array [N, 32, 32, 3].

    Raises:
        TypeError: factors that are not ints.
        ValueError: factors of another shape, or an index out of range.

    Examples:
        >>> poses = draw_poses(1, np.random.default_rng(0))
        >>> render_figures(np.array([[0, 1]]), poses).shape
        (1, 32, 32, 3)
    """
    factors = np.asarray(factors)
    check_combinations(FIGURE_FACTORS, factors)
    color, build = factors.T
    width = np.array(list(_BUILDS.values()))[build]
    head, hip, *limbs = keypoints.transpose(1, 0, 2)
    neck = head + (_NECK, 0.0)
    lines = [(head, hip), (neck, limbs[0]), (neck, limbs[1]), (hip, limbs[2]), (hip, limbs[3])]
    distance = np.min([_distance(*line) for line in lines], axis=0)
    clothes = np.clip(width[:, None, None] + 0.5 - distance, 0, 1)
    skin = np.clip(_HEAD_RADIUS + 0.5 - _distance(head, head), 0, 1)
    black = np.zeros((len(factors), IMAGE_SIZE, IMAGE_SIZE, 3))
    dressed = shapes.cover(black, clothes, shapes.palette(grammar.COLORS)[color])
    heads = np.broadcast_to(np.array(_SKIN, float), (len(factors), 3))
    return np.rint(shapes.cover(dressed, skin, heads)).astype(np.uint8)


def _distance(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Each pixel's distance from the line between two points [N, 2], [N, 32, 32]."""
    pixels = np.moveaxis(np.mgrid[:IMAGE_SIZE, :IMAGE_SIZE], 0, -1)[None].astype(float)
    start, along = start[:, None, None], (end - start)[:, None, None]
    length = np.maximum((along**2).sum(-1), 1e-9)
    share = np.clip(((pixels - start) * along).sum(-1) / length, 0, 1)
    gap: np.ndarray = np.linalg.norm(pixels - start - share[..., None] * along, axis=-1)
    return gap


class StickFigures(SampledDataset):
    """A stick figure, and the same one in another pose and other clothes: 8,000 and 500 examples.

    Each example holds `image`, uint8 [32, 32, 3], a figure on black, and what to make it from,
    `source`, uint8 [32, 32, 15]: a figure of the same build in another pose and in clothes of any
    color (3 channels), and heat maps of the six keypoints of that pose and of the image's. So the
    source does not tell the color of the image. `keypoints`, uint8 [6, 2], are row and column of
    the image's `KEYPOINTS`, in quarters of a pixel.

    The classes are the image's `color` (4) and `build` (2: thin or thick lines).

    Args:
        data_dir: the folder to prepare the dataset in; the default is TFDS's.

    Examples:
        >>> data = tfds.load("stick_figures", split="train", data_dir="tfds")   # doctest: +SKIP
    """

    IMAGE_SHAPE = (IMAGE_SIZE, IMAGE_SIZE, 3)
    FACTORS = FIGURE_FACTORS
    EXAMPLES = {"train": 8_000, "test": 500}

    def _info(self) -> tfds.core.DatasetInfo:
        depth = 3 + 2 * len(KEYPOINTS)
        arrays = {"source": (IMAGE_SIZE, IMAGE_SIZE, depth), "keypoints": (len(KEYPOINTS), 2)}
        companions = {
            name: tfds.features.Tensor(shape=shape, dtype=np.uint8, encoding="zlib")
            for name, shape in arrays.items()
        }
        return self._factor_info("A stick figure, made of one in another pose.", **companions)

    def _render(
        self, factors: np.ndarray, generator: np.random.Generator
    ) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        before, after = (draw_poses(len(factors), generator) for _ in range(2))
        others = self._draw_factors(len(factors), generator)
        others[:, 1] = factors[:, 1]
        maps = [
            np.rint(255 * heat_maps(pose, IMAGE_SIZE)).astype(np.uint8) for pose in (before, after)
        ]
        source = np.concatenate([render_figures(others, before), *maps], axis=-1)
        keypoints = np.rint(KEYPOINT_UNITS * after).astype(np.uint8)
        return render_figures(factors, after), {"source": source, "keypoints": keypoints}
