"""A tiny run: 32 small images, networks of a few hundred weights, seven steps."""

import csv
import multiprocessing
import os

import numpy as np
import pytest
import tensorflow as tf

from keras_infogan import callbacks, datasets
from keras_infogan.configs import mnist

# What a run imports. It takes four seconds, and forked processes share it.
IMPORTED = ["tensorflow", "keras_infogan.datasets", "keras_infogan.runs.training"]
STEPS = 7
STEPS_PER_EPOCH = 3


@pytest.fixture
def config(tiny_data):
    config = mnist.get_config()
    config.name = "tiny"
    config.architecture = "tiny"
    config.steps = STEPS
    config.steps_per_epoch = STEPS_PER_EPOCH
    config.checkpoint_every_steps = 4
    config.batch_size = 8
    config.latents.noise = 4
    config.latents.codes.digit.size = 3
    return config


class ForkedProcess:
    """`python -c CODE ARGUMENTS`, forked from a process that has imported TensorFlow already.

    Args:
        code: what the process runs.
        arguments: `sys.argv[1:]`.
        output: a folder for what it writes.
        environment: variables added to its environment.
    """

    def __init__(self, code, arguments, output, environment=()):
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(IMPORTED)
        output.mkdir()
        self._files = [output / name for name in ("stdout", "stderr")]
        names = {
            "__name__": "__main__",
            "CODE": code,
            "FILES": [str(file) for file in self._files],
            "ARGUMENTS": ["-c", *map(str, arguments)],
            "ENVIRONMENT": dict(environment),
        }
        self._process = context.Process(target=exec, args=(BEGINNING, names), daemon=True)
        self._process.start()
        self.kill = self._process.kill

    def poll(self):
        """Its exit status; None while it runs."""
        return self._process.exitcode

    def send_signal(self, number):
        os.kill(self._process.pid, number)

    def communicate(self, timeout=None):
        """Waits for its end; returns what it wrote to stdout and to stderr."""
        self._process.join(timeout)
        assert self.returncode is not None, f"it runs for more than {timeout} s"
        return tuple(file.read_text() if file.exists() else "" for file in self._files)

    @property
    def returncode(self):
        return self.poll()


BEGINNING = """
import os, sys
for number, file in enumerate(FILES, 1):
    os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
sys.argv = ARGUMENTS
os.environ.update(ENVIRONMENT)
exec(CODE, {"__name__": "__main__"})
"""


@pytest.fixture
def start_python(tmp_path_factory):
    """Starts `python -c CODE ARGUMENTS` as a `ForkedProcess`; kills it after the test."""
    processes = []

    def start(code, *arguments, environment=()):
        output = tmp_path_factory.mktemp("output") / "process"
        processes.append(ForkedProcess(code, arguments, output, environment))
        return processes[-1]

    yield start
    for process in processes:
        process.kill()
        process.communicate()


@pytest.fixture
def steps_of():
    """Reads the steps in a run's metrics.csv."""

    def read(path):
        with (path / "metrics.csv").open(newline="") as file:
            return [int(row["step"]) for row in csv.DictReader(file)]

    return read


@pytest.fixture
def interrupt_at(monkeypatch):
    """Makes Ctrl-C come right after a step, in the next run only."""

    def interrupt_at(step):
        seen = callbacks.StopOnNonFinite.on_train_batch_end

        def on_train_batch_end(self, batch, logs=None):
            seen(self, batch, logs)
            if int(self.model.step) == step:
                monkeypatch.setattr(callbacks.StopOnNonFinite, "on_train_batch_end", seen)
                raise KeyboardInterrupt

        monkeypatch.setattr(callbacks.StopOnNonFinite, "on_train_batch_end", on_train_batch_end)

    return interrupt_at


@pytest.fixture
def spoil(monkeypatch):
    """Makes the batches of some steps NaN, of the first pass over them or of every one."""
    batches = datasets.training_batches

    def spoil(*steps, passes=99):
        left = [passes]

        def spoiled(*args, first_step=0, **kwargs):
            good = batches(*args, first_step=first_step, **kwargs)
            good = good.map(lambda x: tf.cast(x, tf.float32) / 255.0)
            left[0] -= 1
            if left[0] < 0:
                return good
            bad = tf.constant(steps, tf.int64)
            return good.enumerate(first_step).map(
                lambda i, x: tf.where(tf.reduce_any(bad == i), x + np.nan, x)
            )

        monkeypatch.setattr(datasets, "training_batches", spoiled)

    return spoil
