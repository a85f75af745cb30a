"""Training killed at random moments, checkpoint writes included, ends where it would have ended.

The long form (KERAS_INFOGAN_LONG=1) kills twenty times.
"""

import random
import signal
import time

import numpy as np
import pytest

from keras_infogan.runs.directory import WorkDirectory
from keras_infogan.runs.model_file import load_model

pytestmark = pytest.mark.slow

TRAINING = """
import sys
import numpy as np
from keras_infogan import datasets
from keras_infogan.configs import mnist
from keras_infogan.runs.training import train

def load_images(name, split, data_dir=None, **settings):
    images = np.random.default_rng(0).integers(0, 255, [64, 28, 28, 1]).astype(np.uint8)
    return datasets.LabeledImages(images, {"label": np.arange(64) % 10})

datasets.load_images = load_images
config = mnist.get_config()
config.deterministic = True
config.threads = 2
config.steps = int(sys.argv[2])
config.steps_per_epoch = 8
config.checkpoint_every_steps = 2
config.batch_size = 8
config.networks.width_multiplier = 0.05
config.consistency.weight = 1.0
config.consistency.classifiers = 2
config.consistency.ensemble_steps = 12
config.generator_average = 0.5
train(config, sys.argv[1])
"""


def wait_for_checkpoints(process, run, count):
    """Waits for files of so many further checkpoints to be begun."""
    known = set((run / "checkpoints").glob("*"))
    steps = set()
    while len(steps) < count and process.poll() is None:
        new = set((run / "checkpoints").glob("*")) - known
        steps = {path.name.split(".")[0] for path in new}
        time.sleep(0.001)


def finish(process):
    process.communicate()
    return process.returncode


def weights_of(run):
    model = load_model(WorkDirectory(run))
    state = [*model.weights, *model.generator_optimizer.variables]
    return [variable.numpy() for variable in [*state, *model.discriminator_optimizer.variables]]


@pytest.mark.timeout(1800)
def test_a_killed_run_ends_bit_for_bit_where_an_unbroken_one_does(start_python, tmp_path, is_long):
    chance = random.Random(0)
    whole, run = tmp_path / "whole", tmp_path / "run"
    kills, steps = (20, 160) if is_long else (3, 24)
    assert finish(start_python(TRAINING, whole, steps)) == 0
    for _ in range(kills):
        process = start_python(TRAINING, run, steps)
        wait_for_checkpoints(process, run, chance.randint(1, 3))
        time.sleep(chance.uniform(0.0, 0.1))  # into the write, after it, or into a later step
        process.send_signal(signal.SIGKILL)
        assert finish(process) == -signal.SIGKILL
        assert not (run / "model.keras").exists()
    assert finish(start_python(TRAINING, run, steps)) == 0
    for one, other in zip(weights_of(whole), weights_of(run), strict=True):
        np.testing.assert_array_equal(one, other)
