"""A tiny run: 32 small images, networks of a few hundred weights, seven steps."""

import csv

import numpy as np
import pytest
import tensorflow as tf

from keras_infogan import callbacks, datasets
from keras_infogan.configs import mnist

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
