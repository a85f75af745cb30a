"""Writes the logs of each epoch as a row of a CSV file."""

from __future__ import annotations

import csv
import os
import time
from pathlib import Path
from typing import Any

import keras

from keras_infogan.runtime.files import replace_file, user_path

Logs = Any


class MetricsTable(keras.callbacks.Callback):
    """Writes the logs of each epoch as a row of a CSV file, with the step and the duration.

    Rows of steps that a resumed run repeats are dropped first.

    Args:
        path: the CSV file; rows up to the model's current step are kept.
        batch_size: images per step, for `images_per_second`.
    """

    def __init__(self, path: str | os.PathLike[str], batch_size: int):
        super().__init__()
        self.path = user_path(path)
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
