"""Callbacks: pictures, scores and a table while a model trains."""

from __future__ import annotations

import csv
import dataclasses
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
from tqdm import tqdm

from keras_infogan.evaluation.group_names import QUICK, check_groups
from keras_infogan.evaluation.groups import code_scores, evaluate, without_label
from keras_infogan.evaluation.pictures import samples_picture, traversal_picture, write_png
from keras_infogan.evaluation.subject import Subject
from keras_infogan.runtime.arguments import checked_count
from keras_infogan.runtime.files import replace_file

Logs = Any


class NonFiniteLossError(ArithmeticError):
    """A loss became NaN or infinite; training cannot go on from here."""


class StopOnNonFinite(keras.callbacks.Callback):
    """Stops training when a loss or a gradient was NaN or infinite for too many steps in a row.

    The model leaves such updates out and counts them (`model.non_finite_steps`). Put it before
    callbacks that save, so that they never save what is broken.

    Args:
        patience: steps in a row, int >= 1, after which it stops.

    Raises:
        ValueError: `patience` is below 1.
        NonFiniteLossError: in `fit`, with the names of the losses and the step.

    Example:

    >>> model.fit(images, callbacks=[StopOnNonFinite(patience=5)])
    """

    def __init__(self, patience: int = 1):
        super().__init__()
        self.patience = checked_count("patience", patience, 1)

    def on_train_batch_end(self, batch: int, logs: Logs = None) -> None:
        count = int(self.model.non_finite_in_a_row.numpy())
        if count >= self.patience:
            raise NonFiniteLossError(
                f"{self.model.non_finite_names()} was NaN or infinite at step "
                f"{self.model.steps_done}"
                + (f", and in the {count - 1} steps before it." if count > 1 else ".")
            )


class TraversalImages(keras.callbacks.Callback):
    """Writes a traversal picture of every code at the end of an epoch.

    The files are `DIRECTORY/CODE-STEP.png`: rows are noise, columns the values of the code. A
    model without codes has `samples-STEP.png`.

    Args:
        directory: made if it is missing.
        every: epochs between pictures, int >= 1.
        rows: noises in a picture.
        seed: int, so that pictures of different epochs show the same noise.

    Raises:
        ValueError: `every` is below 1.

    Example:

    >>> model.fit(images, callbacks=[TraversalImages("logs")])
    """

    def __init__(
        self, directory: str | os.PathLike[str], every: int = 1, rows: int = 10, seed: int = 0
    ):
        super().__init__()
        self.directory = Path(directory)
        self.every = checked_count("every", every, 1)
        self.rows = rows
        self.seed = seed

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        if (epoch + 1) % self.every:
            return
        self.directory.mkdir(parents=True, exist_ok=True)
        step = self.model.steps_done
        pictures = {
            name: traversal_picture(self.model, name, self.rows, seed=self.seed)
            for name in self.model.latents.codes
        } or {"samples": samples_picture(self.model, self.rows, seed=self.seed)}
        for name, picture in pictures.items():
            write_png(self.directory / f"{name}-{step:07d}.png", picture)


class CodeAccuracy(keras.callbacks.Callback):
    """Adds the scores of categorical codes against labels to an epoch's logs.

    Put it before callbacks that write logs. Labels are for this measure only.

    Args:
        images: [N, H, W, C], uint8 or floats in [0, 1], held out.
        labels: label name -> int [N].
    """

    def __init__(self, images: np.ndarray, labels: Mapping[str, np.ndarray]):
        super().__init__()
        self.images = images
        self.labels = dict(labels)

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        if logs is not None:
            logs.update(code_scores(self.model, self.images, self.labels))


class Evaluation(keras.callbacks.Callback):
    """Adds groups of `infogan-evaluate`'s scores to the logs of every n-th epoch.

    Put it before callbacks that write logs: TensorBoard and `MetricsTable` then show them, NaN in
    the epochs between, where a row of the latter would lack them.

    Args:
        subject: what the model is judged by; a `keras_infogan.evaluation.Subject` whose
            model is the one that trains.
        groups: among `keras_infogan.evaluation.GROUPS`.
        every: epochs between measurements, int >= 1; the first is after the first epoch of a
            `fit`, so that every score is known by name from then on.

    Raises:
        ValueError: `every` is below 1, or an unknown group.

    Example:

    >>> subject = Subject(model, test.images, test.labels, samples=2000)
    >>> model.fit(images, callbacks=[Evaluation(subject, ["codes", "attributes"], every=5)])
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
            # Anew each time: a subject keeps the images that it has generated.
            subject = dataclasses.replace(self.subject, model=self.model)
            measured = evaluate(subject, self.groups, resamples=0).scores
            scores |= {without_label(name): value for name, value in measured.items()}
        self._names = list(scores)
        logs.update(scores)


class MetricsTable(keras.callbacks.Callback):
    """Writes an epoch's logs as a row of a CSV file, with the step and the seconds it took.

    Rows of steps that a resumed run repeats are dropped first.

    Args:
        path: the CSV file; rows of steps that the model has behind it are kept.
        batch_size: images a step, for `images_per_second`.
    """

    def __init__(self, path: str | os.PathLike[str], batch_size: int):
        super().__init__()
        self.path = Path(path)
        self.batch_size = batch_size
        self._rows: list[dict[str, Any]] = []

    def on_train_begin(self, logs: Logs = None) -> None:
        step = self.model.steps_done
        if self.path.exists():
            with self.path.open(newline="") as file:
                self._rows = [row for row in csv.DictReader(file) if int(row["step"]) <= step]

    def on_epoch_begin(self, epoch: int, logs: Logs = None) -> None:
        self._started = time.monotonic()
        self._first_step = self.model.steps_done

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        seconds = time.monotonic() - self._started
        step = self.model.steps_done
        speed = (step - self._first_step) * self.batch_size / seconds
        self._rows.append(
            {
                "epoch": epoch + 1,
                "step": step,
                "seconds": round(seconds, 2),
                "images_per_second": round(speed, 1),
                **(logs or {}),
            }
        )
        replace_file(self.path, self._write)

    def _write(self, path: Path) -> None:
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(self._rows[-1]), extrasaction="ignore")
            writer.writeheader()
            writer.writerows(self._rows)


class Progress(keras.callbacks.Callback):
    """A progress bar over the whole run on stderr: rate, time left, information per code.

    Where stderr is no terminal, one line an epoch instead.

    Args:
        steps: updates of the whole run.
        batch_size: images a step.
    """

    def __init__(self, steps: int, batch_size: int):
        super().__init__()
        self.steps = steps
        self.batch_size = batch_size

    def on_train_begin(self, logs: Logs = None) -> None:
        self._bar = tqdm(
            total=self.steps,
            initial=self.model.steps_done,
            unit="update",
            dynamic_ncols=True,
            disable=not sys.stderr.isatty(),
        )
        self._started = time.monotonic()
        self._first_step = self.model.steps_done

    def on_train_batch_end(self, batch: int, logs: Logs = None) -> None:
        self._bar.update(self.model.steps_done - self._bar.n)
        if self._bar.n % 10 == 0:
            self._bar.set_postfix_str(_summary(logs), refresh=False)

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        step = self.model.steps_done
        rate = (step - self._first_step) / (time.monotonic() - self._started)
        line = (
            f"step {step}/{self.steps}  {rate * self.batch_size:.0f} images/s  "
            f"{_minutes((self.steps - step) / rate)} left  {_summary(logs)}"
        )
        write: Callable[[str], Any] = print if self._bar.disable else self._bar.write
        write(line)
        sys.stdout.flush()

    def on_train_end(self, logs: Logs = None) -> None:
        self._bar.close()


def _summary(logs: Logs) -> str:
    shown = {
        name: value
        for name, value in (logs or {}).items()
        if name.startswith(("information/", "code_accuracy/"))
    }
    return "  ".join(f"{name} {float(value):.3f}" for name, value in shown.items())


def _minutes(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
