"""Adds evaluation scores to the logs while a model trains."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np

from keras_infogan.evaluation.group_names import QUICK, check_groups
from keras_infogan.evaluation.groups import code_scores, evaluate, without_label
from keras_infogan.evaluation.subject import Subject, check_labels
from keras_infogan.runtime.arguments import checked_count

Logs = Any


class CodeAccuracy(keras.callbacks.Callback):
    """Adds the scores of categorical codes against labels to an epoch's logs.

    Put it before callbacks that write logs. Labels are used for these scores only.

    Args:
        images: [N, H, W, C], as `InfoGAN.recognize` takes them, held out.
        labels: label name -> int [N].

    Raises:
        TypeError: labels without names.
        ValueError: another number of labels than of images.
    """

    def __init__(self, images: np.ndarray, labels: Mapping[str, np.ndarray]):
        super().__init__()
        check_labels(images, labels)
        self.images = images
        self.labels = dict(labels)

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        if logs is not None:
            logs.update(code_scores(self.model, self.images, self.labels))


class Evaluation(keras.callbacks.Callback):
    """Adds groups of `infogan-evaluate`'s scores to the logs of every n-th epoch.

    Put it before callbacks that write logs, so that TensorBoard and `MetricsTable` show the scores.
    In epochs without an evaluation the scores are NaN, so that all rows have the same columns.

    Args:
        subject: the test images and labels; a `keras_infogan.evaluation.Subject` whose model is
            the one that trains.
        groups: among `keras_infogan.evaluation.GROUPS`.
        every: epochs from one evaluation to the next, int >= 1. The first evaluation follows the
            first epoch of a `fit`, so that all names of scores are known from then on.

    Raises:
        ValueError: `every` is below 1, or an unknown group.

    Examples:
        >>> subject = Subject(model, images, {"digit": labels}, samples=20)
        >>> scores = Evaluation(subject, ["codes"], every=5)
        >>> history = model.fit(images, epochs=1, verbose=0, callbacks=[scores])
        >>> "code_accuracy/digit" in history.history
        True
    """

    def __init__(self, subject: Subject, groups: Sequence[str] = QUICK, every: int = 1):
        super().__init__()
        check_groups(groups)
        self.subject = subject
        self.groups = tuple(groups)
        self.every = checked_count("every", every, 1)
        self._names: list[str] = []

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        if logs is None:
            return
        scores = dict.fromkeys(self._names, float("nan"))
        if not self._names or epoch % self.every == 0:
            # A new subject each time: a subject caches the images that it has generated.
            subject = dataclasses.replace(self.subject, model=self.model)
            evaluated = evaluate(subject, self.groups, resamples=0).scores
            scores |= {without_label(name): value for name, value in evaluated.items()}
        self._names = list(scores)
        logs.update(scores)
