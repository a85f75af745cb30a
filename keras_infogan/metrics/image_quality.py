"""Every measure of image quality at once, over streams of real and generated images."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from keras_infogan.metrics.class_scores import inception_score, mode_coverage
from keras_infogan.metrics.extractor import Extractor
from keras_infogan.metrics.frechet import RunningGaussian, frechet_distance
from keras_infogan.metrics.kernel import kernel_distance
from keras_infogan.metrics.neighbors import density_coverage, precision_recall
from keras_infogan.runtime.images import (
    ONE_AS_WHITE,
    UNIT_WHITE,
    as_numbers,
    images_of_example,
    stream_white,
)


def image_scores(
    real_batches: Iterable[Any],
    fake_batches: Iterable[Any],
    extractor: Extractor,
    *,
    kept: int = 10_000,
    subset_size: int | None = None,
    splits: int = 10,
    seed: int = 0,
) -> dict[str, float]:
    """Scores generated images against real ones through one extractor.

    The Frechet distance is over all images. The kernel distance, precision and recall (k = 3),
    density and coverage (k = 5) are over `kept` of either side, a uniform sample. The inception
    score and the modes are over all class probabilities, of 4 K bytes per image; the images of an
    inception score are shuffled first. At most one batch of images is in memory at a time.

    Args:
        real_batches, fake_batches: batches [B, H, W, C] of any sizes: bool, integers from 0 to
            255, or floats. The first batch of floats that is not black decides their range, [0, 1]
            or [0, 255]. Of a tuple (images, labels) the first counts, of a dictionary "image". See
            `image_batches` for an array.
        extractor: the network that gives the features, see `Extractor`.
        kept: features of either side that are kept, `subset_size` at least, if it is given.
        subset_size: images in a subset of the kernel distance, of which there are 100;
            None as for `kernel_distance`.
        splits: of the inception score.
        seed: int, of the samples, the subsets and the shuffling.

    Returns:
        Flat, each name ending in the extractor's: "frechet_distance/NAME",
        "kernel_distance/NAME" and "kernel_distance_stddev/NAME", "precision/NAME",
        "recall/NAME", "density/NAME", "coverage/NAME"; and where the extractor has classes
        "inception_score/NAME" and "inception_score_stddev/NAME", "modes/NAME" and
        "modes_divergence/NAME", in nats from the real images' histogram.

    Raises:
        ValueError: a stream without images, images or features that are NaN or out of range,
            fewer images than `subset_size` or 6 real and 4 generated ones, fewer generated
            images than `splits`, or `kept` below `subset_size`.

    Examples:
        >>> first_pixels = lambda images: np.reshape(images, [len(images), -1])[:, :20]
        >>> pixels = Extractor("pixels", first_pixels)
        >>> batches = infogan.metrics.image_batches
        >>> scores = image_scores(
        ...     batches(images[:32]), batches(images[32:]), pixels, kept=32, subset_size=16
        ... )
        >>> sorted(scores)[-2:]
        ['precision/pixels', 'recall/pixels']
    """
    if subset_size is not None and kept < subset_size:
        raise ValueError(
            "`kept` should be at least `subset_size`. "
            f"Received: kept={kept}, subset_size={subset_size}"
        )
    real = _Stream("real_batches", kept, seed)
    fake = _Stream("fake_batches", kept, seed + 1)
    real.read(real_batches, extractor)
    fake.read(fake_batches, extractor)
    kernel = kernel_distance(real.sample, fake.sample, subset_size, seed=seed)
    scores = {
        "frechet_distance": frechet_distance(real.gaussian, fake.gaussian),
        "kernel_distance": kernel.mean,
        "kernel_distance_stddev": kernel.stddev,
        **precision_recall(real.sample, fake.sample)._asdict(),
        **density_coverage(real.sample, fake.sample)._asdict(),
    }
    if fake.probabilities:
        scores.update(_class_scores(real, fake, splits, seed))
    return {f"{score}/{extractor.name}": value for score, value in scores.items()}


class _Stream:
    """The state of one side: moments, a uniform sample of features, class probabilities."""

    def __init__(self, name: str, kept: int, seed: int):
        self.name = name
        self.gaussian = RunningGaussian()
        self.probabilities: list[np.ndarray] = []
        self._kept = kept
        self._rows = np.zeros([0, 0])
        self._generator = np.random.default_rng(seed)

    @property
    def sample(self) -> np.ndarray:
        return self._rows[: min(self.gaussian.count, self._kept)]

    def read(self, batches: Iterable[Any], extractor: Extractor) -> None:
        white, highest = None, 0
        for batch in batches:
            images = as_numbers(_images(batch))
            if images.dtype.kind in "iu":
                highest = max(highest, int(images.max(initial=0)))
            elif white is None and images.any():
                white = stream_white([images])
            extracted = extractor(images, white or UNIT_WHITE)
            self._keep(extracted.features)
            self.gaussian.update(extracted.features)
            if extracted.probabilities is not None:
                self.probabilities.append(extracted.probabilities)
        if not self.gaussian.count:
            raise ValueError(f"`{self.name}` should hold images. Received: no batches")
        if highest == UNIT_WHITE:
            raise ValueError(f"{ONE_AS_WHITE}. Received: integers whose largest value is 1")

    def _keep(self, rows: np.ndarray) -> None:
        """Reservoir sampling: every row so far is kept with the same probability."""
        seen = self.gaussian.count
        if not seen:
            self._rows = np.zeros([self._kept, rows.shape[1]], rows.dtype)
        places = np.arange(seen, seen + len(rows))
        drawn = self._generator.integers(0, places + 1)
        places = np.where(places < self._kept, places, drawn)
        stays = places < self._kept
        self._rows[places[stays]] = rows[stays]  # of rows with the same place the last stays


def _images(batch: Any) -> Any:
    images = batch[0] if isinstance(batch, tuple) else batch
    return images_of_example(images) if isinstance(images, Mapping) else images


def _class_scores(real: _Stream, fake: _Stream, splits: int, seed: int) -> dict[str, float]:
    probabilities = np.concatenate(fake.probabilities)
    shuffled = np.random.default_rng(seed).permutation(probabilities)
    inception = inception_score(shuffled, splits)
    modes = mode_coverage(
        probabilities.argmax(axis=1),
        probabilities.shape[1],
        np.concatenate([rows.argmax(axis=1) for rows in real.probabilities]),
    )
    return {
        "inception_score": inception.mean,
        "inception_score_stddev": inception.stddev,
        "modes": float(modes.modes),
        "modes_divergence": modes.divergence,
    }
