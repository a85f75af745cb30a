"""The subject of an evaluation (a model and test data), and the result."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from scipy.stats import bootstrap

from keras_infogan.datasets import LabeledImages
from keras_infogan.metrics import Confusion, Extractor, LabelReader, train_label_reader
from keras_infogan.models import InfoGAN

RESAMPLES = 200
LEVEL = 0.95
NO_CODES = "the model has no codes"  # why a group is left out

Progress = Callable[[float], None]  # called with the share of a group that is done


def check_labels(images: Any, labels: Any) -> None:
    """Checks that labels have names, and that there is one for each image.

    Raises:
        TypeError: labels without names.
        ValueError: another number of labels.
    """
    if not isinstance(labels, Mapping):
        raise TypeError(
            "`labels` should be a dictionary of names and labels. "
            f"Received: {type(labels).__name__}"
        )
    lengths = {name: len(truth) for name, truth in labels.items()}
    if any(length != len(images) for length in lengths.values()):
        raise ValueError(
            f"There should be a label for each of {len(images)} images. Received: {lengths}"
        )


def dimension_names(code: str, count: int) -> list[str]:
    """Names of a code's dimensions: its own name, with a number if there are several.

    Examples:
        >>> dimension_names("angle", 1), dimension_names("style", 2)
        (['angle'], ['style_0', 'style_1'])
    """
    return [f"{code}_{index}" for index in range(count)] if count > 1 else [code]


@dataclasses.dataclass
class Subject:
    """A trained model, and the data to evaluate it with.

    Args:
        model: an `InfoGAN`.
        images: real images that it was not trained on, [N, H, W, C], as `InfoGAN.recognize` takes
            them.
        labels: label name -> int [N]; may be empty.
        seed: int, of the latents drawn and of every resampling.
        samples: images to generate; None is N.
        companions: name -> what comes with each test image, see `datasets.LabeledImages`.
        training: loads the images that the model was trained on; None if there are none.
        values: label name -> how many values it has in all data; of the others it is the highest
            value in `labels` plus one.
        extractor: makes the network whose features compare images; None if there is none.

    Raises:
        TypeError: labels without names.
        ValueError: another number of labels than of images.
    """

    model: InfoGAN
    images: np.ndarray
    labels: Mapping[str, np.ndarray]
    seed: int = 0
    samples: int | None = None
    extractor: Callable[[], Extractor] | None = None
    values: Mapping[str, int] = dataclasses.field(default_factory=dict)
    companions: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    training: Callable[[], LabeledImages] | None = None

    def __post_init__(self) -> None:
        check_labels(self.images, self.labels)

    @functools.cached_property
    def latents(self) -> dict[str, Any]:
        """The latents of the generated images."""
        return self.model.latents.sample(self.samples or len(self.images), (self.seed, 0))

    @functools.cached_property
    def fakes(self) -> np.ndarray:
        """The generated images, float32 in [0, 1]."""
        return self.model.generate(self.latents)

    @functools.cached_property
    def loaded_extractor(self) -> Extractor:
        """The network whose features compare images; there is one."""
        assert self.extractor is not None
        return self.extractor()

    @functools.cached_property
    def training_images(self) -> LabeledImages:
        """The images that the model was trained on; there are some."""
        assert self.training is not None
        return self.training()

    @functools.cached_property
    def reader(self) -> LabelReader | None:
        """A network that reads all labels, trained on real images; None without labels of them."""
        if self.training is None or not self.labels:
            return None
        training = self.training_images
        return train_label_reader(
            training.images, {name: training.labels[name] for name in self.labels}
        )


@dataclasses.dataclass
class EvaluationResult:
    """The result of an evaluation.

    Args:
        resamples: bootstrap samples per interval; 0 makes no intervals.

    Attributes:
        scores: flat, name -> float.
        intervals: of some scores, [low, high]: 95% bootstrap confidence intervals.
        classes: per categorical code and label, the result of `metrics.confusion`.
        left_out: group of measures that does not apply -> the reason, for people.
        notes: sentences for people, that explain scores.
    """

    resamples: int = RESAMPLES
    scores: dict[str, float] = dataclasses.field(default_factory=dict)
    intervals: dict[str, list[float]] = dataclasses.field(default_factory=dict)
    classes: dict[str, Confusion] = dataclasses.field(default_factory=dict)
    left_out: dict[str, str] = dataclasses.field(default_factory=dict)
    notes: list[str] = dataclasses.field(default_factory=list)

    def leaves_out(self, group: str, reasons: Mapping[str, bool]) -> bool:
        """Whether one of the reasons holds; the first one is noted for people.

        Args:
            group: of measures.
            reasons: sentence -> whether it holds.
        """
        holding = [reason for reason, holds in reasons.items() if holds]
        if holding:
            self.left_out[group] = holding[0]
        return bool(holding)

    def add(
        self,
        scores: Mapping[str, float],
        count: int,
        statistic: Callable[[np.ndarray], Any],
        seed: int,
    ) -> None:
        """Adds scores of `count` images, and intervals from a statistic that recomputes them.

        Args:
            scores: name -> value.
            count: images.
            statistic: rows, int [count], drawn with replacement -> the scores in that order.
            seed: int, of the draws.
        """
        self.scores.update(scores)
        if count < 2 or not self.resamples:
            return
        found = bootstrap(
            (np.arange(count),),
            statistic,
            n_resamples=self.resamples,
            confidence_level=LEVEL,
            method="percentile",
            vectorized=False,
            rng=np.random.default_rng(seed),
        ).confidence_interval
        lows, highs = np.atleast_1d(found.low), np.atleast_1d(found.high)
        for name, low, high in zip(scores, lows, highs, strict=True):
            self.intervals[name] = [float(low), float(high)]

    def add_mean(self, name: str, values: np.ndarray, offset: float, seed: int) -> None:
        """Adds a score that is a mean over images plus a constant."""
        self.add(
            {name: float(np.mean(values)) + offset},
            len(values),
            lambda rows: float(np.mean(values[rows])) + offset,
            seed,
        )
