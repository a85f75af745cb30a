"""Datasets that are drawn here from a fixed seed.

To prepare one needs no network, and gives the same bytes on every machine.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf
import tensorflow_datasets as tfds

_SEED = 20160612
# Images drawn at a time: a few MB.
_BLOCK = 1000


class RenderedDataset(
    tfds.core.GeneratorBasedBuilder,
    skip_registration=True,  # type: ignore[call-arg]
):
    """The base of our builders: each example has a key, and whole blocks of keys are drawn at once.

    A builder defines `IMAGE_SHAPE`, `_info`, `_keys` and `_draw`.
    """

    VERSION = tfds.core.Version("1.0.0")
    IMAGE_SHAPE: tuple[int, ...]  # (H, W, C), or (T, H, W, C) of videos

    def _keys(self) -> dict[str, np.ndarray]:
        """Returns the key of each example of each split, in order: an int, unique in its split."""
        raise NotImplementedError

    def _draw(
        self, keys: np.ndarray, generator: np.random.Generator
    ) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """Returns images and further columns of N keys.

        Returns:
            uint8 [N, *IMAGE_SHAPE]; and by name, labels, int [N], and what else `_info` names:
            texts, an array of str objects, and uint8 arrays [N, ...].
        """
        raise NotImplementedError

    def _dataset_info(self, description: str, **others: Any) -> tfds.core.DatasetInfo:
        kind = tfds.features.Video if len(self.IMAGE_SHAPE) == 4 else tfds.features.Image
        image = kind(shape=self.IMAGE_SHAPE)
        return tfds.core.DatasetInfo(
            builder=self,
            description=description,
            features=tfds.features.FeaturesDict({"image": image, **others}),
            # Shuffling costs half of the preparation, and the keys' order is as good.
            disable_shuffling=True,
        )

    def _split_generators(self, dl_manager: tfds.download.DownloadManager) -> dict[str, Any]:
        del dl_manager  # Nothing is downloaded.
        return {
            split: self._generate_examples(seed, keys)
            for seed, (split, keys) in enumerate(self._keys().items())
        }

    def _generate_examples(
        self, seed: int, keys: np.ndarray
    ) -> Iterator[tuple[int, dict[str, Any]]]:
        generator = np.random.default_rng([_SEED, seed])
        for start in range(0, len(keys), _BLOCK):
            block = keys[start : start + _BLOCK]
            images, others = self._draw(block, generator)
            columns = {"image": images, **others}
            # To encode a whole block takes a third of the time of TFDS's encoding per image.
            for name in columns:
                if isinstance(self.info.features[name], (tfds.features.Image, tfds.features.Video)):
                    columns[name] = tf.io.encode_png(columns[name]).numpy()
            for row, key in enumerate(block.tolist()):
                yield key, {name: values[row] for name, values in columns.items()}


class _Factors(
    RenderedDataset,
    skip_registration=True,  # type: ignore[call-arg]
):
    """The base of datasets whose labels are factors: `FACTORS`, and `EXAMPLES` of each split."""

    FACTORS: Mapping[str, Sequence[Any]]
    EXAMPLES: Mapping[str, int]

    def _factor_info(self, description: str, **others: Any) -> tfds.core.DatasetInfo:
        labels = {
            name: tfds.features.ClassLabel(
                names=[value if isinstance(value, str) else f"{value:g}" for value in values]
            )
            for name, values in self.FACTORS.items()
        }
        return self._dataset_info(description, **labels, **others)

    def _labels(self, factors: np.ndarray) -> dict[str, np.ndarray]:
        return dict(zip(self.FACTORS, factors.T, strict=True))


class FactorDataset(
    _Factors,
    skip_registration=True,  # type: ignore[call-arg]
):
    """Images made from factors, each example from a combination that no other example has.

    The combinations are drawn from all possible ones, with a fixed seed and without replacement.
    Each factor is a separate label.

    A builder defines `IMAGE_SHAPE`, `FACTORS`, `_info` and `_render`.
    """

    EXAMPLES: Mapping[str, int] = {"train": 50_000, "test": 10_000}

    def _render(self, factors: np.ndarray, generator: np.random.Generator) -> np.ndarray:
        """Returns the uint8 images [N, H, W, C] of N combinations, int [N, number of factors]."""
        raise NotImplementedError

    def _keys(self) -> dict[str, np.ndarray]:
        return draw_keys(count_combinations(self.FACTORS), self.EXAMPLES)

    def _draw(
        self, keys: np.ndarray, generator: np.random.Generator
    ) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        factors = combinations(self.FACTORS, keys)
        return self._render(factors, generator), self._labels(factors)


class SampledDataset(
    _Factors,
    skip_registration=True,  # type: ignore[call-arg]
):
    """Images made from factors, each of which is drawn on its own: combinations may repeat.

    A builder defines `IMAGE_SHAPE`, `FACTORS`, `EXAMPLES`, `_info` and `_render`.
    """

    def _render(
        self, factors: np.ndarray, generator: np.random.Generator
    ) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """Returns the images of N combinations, and what comes with them, see `_draw`."""
        raise NotImplementedError

    def _draw_factors(self, count: int, generator: np.random.Generator) -> np.ndarray:
        """Draws combinations, int64 [count, number of factors]."""
        sizes = [len(values) for values in self.FACTORS.values()]
        return generator.integers(sizes, size=(count, len(sizes)))

    def _keys(self) -> dict[str, np.ndarray]:
        return {split: np.arange(count) for split, count in self.EXAMPLES.items()}

    def _draw(
        self, keys: np.ndarray, generator: np.random.Generator
    ) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        factors = self._draw_factors(len(keys), generator)
        images, companions = self._render(factors, generator)
        return images, {**self._labels(factors), **companions}


def count_combinations(factors: Mapping[str, Sequence[Any]]) -> int:
    """Counts the combinations of factors: the product of their numbers of values.

    Examples:
        >>> count_combinations({"shape": ["square", "heart"], "scale": [1, 2, 3]})
        6
    """
    return int(np.prod([len(values) for values in factors.values()]))


def draw_keys(count: int, examples: Mapping[str, int]) -> dict[str, np.ndarray]:
    """Draws the keys of each split, always the same ones, without replacement across all splits.

    Args:
        count: the number of keys to draw from, 0 to count - 1.
        examples: split -> number of examples, at most `count` together.

    Returns:
        split -> int64 array [number of examples].

    Examples:
        >>> keys = draw_keys(737_280, {"train": 50_000, "test": 10_000})
        >>> keys["test"].shape
        (10000,)
    """
    shuffled = np.random.default_rng(_SEED).permutation(count)
    ends = np.cumsum(list(examples.values()))
    return dict(zip(examples, np.split(shuffled, ends), strict=False))


def combinations(factors: Mapping[str, Sequence[Any]], keys: np.ndarray) -> np.ndarray:
    """Finds combinations of factors by their index in the full product; the last varies fastest.

    Args:
        factors: factor name -> its values, in order.
        keys: int array [N], each from 0 to `count_combinations(factors)` - 1.

    Returns:
        An int64 array [N, number of factors], the index of each factor's value.

    Example, all images of `sprites` in chunks::

        for start in range(0, count_combinations(SPRITE_FACTORS), 1024):
            images = render_sprites(combinations(SPRITE_FACTORS, np.arange(start, start + 1024)))
    """
    sizes = tuple(len(values) for values in factors.values())
    return np.stack(np.unravel_index(keys, sizes), axis=1)


def check_combinations(factors: Mapping[str, Sequence[Any]], values: np.ndarray) -> None:
    """Fails unless an array holds one index of a value for each factor.

    Args:
        factors: factor name -> its values, in order.
        values: the values to check, which should be an int array [N, number of factors].

    Raises:
        TypeError: values that are not ints.
        ValueError: another shape, or an index that a factor does not have.
    """
    if values.dtype.kind not in "iu":
        raise TypeError(f"factors should be ints. Received: {values.dtype}")
    if values.ndim != 2 or values.shape[1] != len(factors):
        raise ValueError(
            f"factors should have shape [N, {len(factors)}], for {', '.join(factors)}. "
            f"Received: {values.shape}"
        )
    for (name, allowed), column in zip(factors.items(), values.T, strict=True):
        bad = column[(column < 0) | (column >= len(allowed))]
        if bad.size:
            raise ValueError(f"{name} should be from 0 to {len(allowed) - 1}. Received: {bad[0]}")
