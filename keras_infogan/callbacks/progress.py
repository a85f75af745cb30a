"""A progress bar for a whole run."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import keras
from tqdm import tqdm

Logs = Any


class Progress(keras.callbacks.Callback):
    """A progress bar over the whole run on stderr: rate, time left, information per code.

    If stderr is not a terminal, one line per epoch instead.

    Args:
        steps: updates of the whole run.
        batch_size: images per step.
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
