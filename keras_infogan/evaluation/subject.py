"""The subject of an evaluation (a model and test data), and the result."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import tensorflow as tf
from scipy.stats import bootstrap

from keras_infogan.datasets import LabeledImages
from keras_infogan.images import VIDEO_RANK, unit_images
from keras_infogan.metrics import Confusion, Extractor, LabelReader, train_label_reader
from keras_infogan.models import InfoGAN

RESAMPLES = 200
LEVEL = 0.95
BATCH = 500  # images that are generated or judged at once
# Why a group is left out.
NO_CODES = "the model has no codes"
NO_LABELS = "the test images have no labels"
NO_READER = "there are no training images with a label of several values, to train a reader on"
NO_TRAINING = "there are no training images"
NO_VALUES = "the test images come without the values that the model is given"

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
        images: real images or videos that it was not trained on, [N, H, W, C] or
            [N, T, H, W, C], as `InfoGAN.recognize` takes them.
        labels: label name -> int [N]; may be empty.
        seed: int, of the latents drawn and of every resampling.
        samples: images to generate; None is N.
        values: label name -> how many values it has in all data; of the others it is the highest
            value in `labels` plus one.
        extractor: makes the network whose features compare images; None if there is none.
        companions: what comes with each of the images besides labels, such as a text: name of the
            given input -> values [N, ...], as `fit` takes them.
        training: loads the real training images, on which networks that read images are trained;
            None if there are none.
        reader: makes the network that reads labels from images, or None where it cannot; without
            it, one is trained on `training`.

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
    companions: Mapping[str, np.ndarray] = dataclasses.field(default_factory=dict)
    training: Callable[[], LabeledImages] | None = None
    reader: Callable[[], LabelReader | None] | None = None

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

    @property
    def has_videos(self) -> bool:
        """Whether the images have frames, [N, T, H, W, C]."""
        return np.ndim(self.images) == VIDEO_RANK

    @functools.cached_property
    def classifier(self) -> Extractor | None:
        """The network whose features compare images, made once; None if there is none."""
        return self.extractor() if self.extractor else None

    @functools.cached_property
    def training_images(self) -> LabeledImages | None:
        """The real training images, loaded once; None if there are none."""
        return self.training() if self.training else None

    @functools.cached_property
    def label_reader(self) -> LabelReader | None:
        """The network that reads labels, made once; None if there is nothing to train it on."""
        if self.reader:
            return self.reader()
        training = self.training_images
        return train_reader(training, self.seed) if training and self.labels else None

    @functools.cached_property
    def given_values(self) -> dict[str, np.ndarray] | None:
        """What the model is given with each test image; None if a value is not known."""
        given, known = self.model.latents.given, {**self.labels, **self.companions}
        if not given or not set(given) <= set(known):
            return None
        return {name: each.stored(known[name]) for name, each in given.items()}

    def _given_with(self, rows: slice) -> dict[str, tf.Tensor]:
        """The values that are given with some of the test images."""
        given = self.model.latents.given
        return {
            name: given[name].of_stored(tf.constant(values[rows]))
            for name, values in (self.given_values or {}).items()
        }

    def logits(self) -> tuple[tf.Tensor, tf.Tensor] | None:
        """D's logits of the test images and of the generated images, float32 [N, 1] each.

        D reads with each image what it reads with it in training: what was given, or the latents.

        Returns:
            None if the model is given something that is not known of the test images.
        """
        model = self.model
        if model.latents.given and self.given_values is None:
            return None
        real, fake = [], []
        for rows in _batches(len(self.images)):
            images = unit_images(tf.constant(self.images[rows]))
            real.append(model.discriminate_reals(images, self._given_with(rows)).logits)
        for rows in _batches(len(self.fakes)):
            some = {name: values[rows] for name, values in self.latents.items()}
            encoded = model.latents.concatenate(some)
            images = tf.constant(self.fakes[rows])
            fake.append(model.discriminate_fakes(images, encoded).logits)
        return tf.concat(real, axis=0), tf.concat(fake, axis=0)

    def answers(self, codes: Mapping[str, Any] | None = None) -> np.ndarray:
        """An image for each test image, from what is given with it.

        Args:
            codes: code name -> its values, [N, ...]; the other codes, and the noise, are drawn.

        Returns:
            float32 [N, H, W, C] in [0, 1].

        Raises:
            ValueError: `given_values` is None.
        """
        if self.given_values is None:
            raise ValueError(
                "The subject should have a value of each given input for each image. "
                f"Received: companions {sorted(self.companions)}"
            )
        made = []
        for rows in _batches(len(self.images)):
            seed = (self.seed, rows.start + 1)
            drawn = self.model.latents.sample(rows.stop - rows.start, seed)
            read = {name: values[rows] for name, values in (codes or {}).items()}
            made.append(self.model.generate({**drawn, **self._given_with(rows), **read}))
        return np.concatenate(made)

    @functools.cached_property
    def drawn_answers(self) -> np.ndarray:
        """`answers` with drawn codes, made once."""
        return self.answers()


def train_reader(training: LabeledImages, seed: int = 0) -> LabelReader | None:
    """A network that reads the labels of images; None if no label has several values."""
    varied = {name: truth for name, truth in training.labels.items() if len(np.unique(truth)) > 1}
    return train_label_reader(training.images, varied, seed) if varied else None


def _batches(count: int) -> list[slice]:
    """Rows of some images at a time."""
    return [slice(start, min(start + BATCH, count)) for start in range(0, count, BATCH)]


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
