"""Seconds from the command `infogan-train` to the end of its first update.

python benchmarks/first_update.py [--configs=mnist,mnist_consistent] [--checkouts=DIR,DIR]
    [--rounds=2] [--data_dir=DIR] [--json=FILE]

Each measurement is a process of its own, and they take turns. With --checkouts, each round measures
the package in every one of these directories, for a comparison of two versions in one run.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from absl import app, flags

CONFIGS = flags.DEFINE_list("configs", ["mnist", "mnist_consistent"], "of runs")
CHECKOUTS = flags.DEFINE_list("checkouts", [], "directories that hold the package's code")
ROUNDS = flags.DEFINE_integer("rounds", 2, "measurements of each", lower_bound=1)
DATA_DIR = flags.DEFINE_string("data_dir", None, "TFDS's data_dir")
JSON = flags.DEFINE_string("json", None, "file for the numbers, flat")

# Ends the process after the first update; the parent reads the clock.
PROGRAM = """
import os, sys
import keras
from keras_infogan.cli import train
from keras_infogan.models.infogan import InfoGAN

class End(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        print("updated", flush=True)
        os._exit(0)

fit = InfoGAN.fit
InfoGAN.fit = lambda self, *args, callbacks=(), **named: fit(
    self, *args, callbacks=[*callbacks, End()], **named
)
train.entry_point()
"""


def main(argv: list[str]) -> None:
    """Measures, and prints the median of each config and checkout."""
    del argv
    checkouts = CHECKOUTS.value or [""]
    numbers: dict[str, list[float]] = {}
    for _ in range(ROUNDS.value):
        for config in CONFIGS.value:
            for checkout in checkouts:
                name = "/".join(filter(None, [config, Path(checkout).name]))
                numbers.setdefault(name, []).append(_seconds(config, checkout))
    medians = {f"{name}_seconds": float(np.median(each)) for name, each in numbers.items()}
    for name, seconds in medians.items():
        print(f"{name:50}{seconds:8.1f}")
    if JSON.value:
        Path(JSON.value).write_text(json.dumps(medians, indent=1) + "\n")


def _seconds(config: str, checkout: str) -> float:
    """From the start of a process to its first update."""
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    if checkout:
        environment["PYTHONPATH"] = checkout
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", PROGRAM, f"--config={config}", f"--workdir={folder}/run"]
        if DATA_DIR.value:
            command.append(f"--data_dir={DATA_DIR.value}")
        started = time.monotonic()
        output = subprocess.run(
            command, env=environment, check=True, capture_output=True, text=True
        ).stdout
        assert output.endswith("updated\n"), output
        return time.monotonic() - started


if __name__ == "__main__":
    app.run(main)
