"""Two worker processes on loopback, and two replicas in one process.

The long form (KERAS_INFOGAN_LONG=1) kills the chief as well.
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

import keras_infogan
from keras_infogan.runs import distribution
from keras_infogan.runs.directory import WorkDirectory
from keras_infogan.runs.model_file import load_model

# Of every weight, relative to the largest of its tensor, after 6 steps of plain SGD. Batch
# normalisation divides by small deviations, which makes more of what rounding leaves.
TOLERANCES = {"plain": 1e-5, "normalized": 1e-4}
LONGEST_END = 60.0  # seconds from a worker's death to the end of the others

# What two workers and one alone do alike: `train_all(strategy)`.
MODELS = """
import keras
import numpy as np
import tensorflow as tf
from keras import layers
from keras_infogan import Categorical, InfoGAN, LatentSpec, Uniform, VariationalBound, datasets

LATENTS = LatentSpec(noise=4, codes={"kind": Categorical(3), "style": Uniform(2, weight=0.5)})
IMAGES = np.random.default_rng(0).integers(0, 255, [64, 8, 8, 1]).astype(np.uint8)
STEPS, BATCH, BAD_STEP = 6, 8, 2

def make_model(normalized):
    keras.utils.set_random_seed(0)
    norm = lambda: [layers.BatchNormalization(synchronized=True)] if normalized else []
    generator = keras.Sequential([
        layers.Input([LATENTS.width]),
        layers.Dense(16, use_bias=not normalized), *norm(), layers.ReLU(),
        layers.Dense(64, activation="sigmoid"), layers.Reshape([8, 8, 1])])
    trunk = keras.Sequential([
        layers.Input([8, 8, 1]), layers.Flatten(),
        layers.Dense(16, use_bias=not normalized), *norm(), layers.LeakyReLU()])
    heads = [keras.Sequential([layers.Input([16]), layers.Dense(width)])
             for width in (1, LATENTS.parameter_count)]
    model = InfoGAN(LATENTS, generator, trunk, heads[0], VariationalBound(LATENTS, heads[1]),
                    generator_average=0.5)
    model.compile(keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.1))
    return model

def spoiled(step, images):
    # NaN in the last image alone: of two replicas, the second has it.
    bad = tf.logical_and(step == BAD_STEP, tf.range(BATCH) == BATCH - 1)
    return tf.where(bad[:, None, None, None], np.nan, tf.cast(images, tf.float32) / 255.0)

def train_all(strategy):
    results = {}
    for name, normalized in (("plain", False), ("normalized", True)):
        with strategy.scope():
            model = make_model(normalized)
        batches = datasets.training_batches(IMAGES, BATCH, seed=0)
        if normalized:
            batches = batches.enumerate().map(spoiled)
        history = model.fit(batches, steps_per_epoch=STEPS, verbose=0).history
        results[f"{name}/loss"] = history["discriminator_loss"]
        results[f"{name}/bad_steps"] = model.non_finite_steps.numpy()
        for index, weight in enumerate(model.weights):
            if weight.dtype == "float32":
                results[f"{name}/{index}/{weight.name}"] = weight.numpy()
    draw = tf.function(lambda: strategy.run(lambda: model.draw(2, [1, 2])[1]))
    results["own latents"] = strategy.experimental_local_results(draw())[0].numpy()
    return results
"""

PAIR = (
    MODELS
    + """
import os, sys
from keras_infogan.runs import distribution
with distribution.connect("multi_worker", 60.0) as workers:
    workers.wait()
    results = train_all(workers.strategy)
    np.savez(f"{sys.argv[1]}/{workers.is_chief}.npz", **results)
    workers.wait()
os._exit(0)
"""
)

# `infogan-train` on 64 small images, and on two CPUs where the machine may have fewer.
COMMAND = """
import sys
import numpy as np
import tensorflow as tf
from keras_infogan import datasets
from keras_infogan.cli import train

def load_images(name, split, data_dir=None, **settings):
    images = np.random.default_rng(0).integers(0, 255, [64, 8, 8, 1]).astype(np.uint8)
    return datasets.LabeledImages(images, {"label": np.arange(64) % 10})

datasets.load_images = load_images
if "--strategy=mirrored" in sys.argv:
    two = [tf.config.LogicalDeviceConfiguration()] * 2
    tf.config.set_logical_device_configuration(tf.config.list_physical_devices("CPU")[0], two)
train.entry_point()
"""
SETTINGS = {
    "threads": 1,
    "steps_per_epoch": 1000,
    "checkpoint_every_steps": 2,
    "batch_size": 8,
    "networks.width_multiplier": 0.02,
}


@pytest.fixture
def start():
    """Starts `python -c CODE ARGUMENTS`; as worker `index` of `ports`, if those are given."""
    processes = []

    def start(code, *arguments, ports=(), index=0):
        environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
        environment["PYTHONPATH"] = str(Path(keras_infogan.__file__).parents[1])
        cluster = {"worker": [f"127.0.0.1:{port}" for port in ports]}
        task = {"type": "worker", "index": index}
        if ports:
            environment["TF_CONFIG"] = json.dumps({"cluster": cluster, "task": task})
        process = subprocess.Popen(
            [sys.executable, "-c", code, *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def flags(run, strategy, **settings):
    settings = {**SETTINGS, **settings}
    return [
        "--config=mnist",
        f"--workdir={run}",
        f"--strategy={strategy}",
        *(f"--config.{name}={value}" for name, value in settings.items()),
    ]


def ended(process):
    """Its exit status, and what it wrote to stdout and to stderr."""
    out, err = process.communicate(timeout=300)
    return process.returncode, out, err


def await_file(path, *processes):
    while not path.exists():
        assert all(process.poll() is None for process in processes), ended(processes[0])
        time.sleep(0.05)


def test_two_workers_at_half_the_batch_match_one(start, free_ports, tmp_path):
    ports = free_ports(2)
    pair = [start(PAIR, tmp_path, ports=ports, index=index) for index in (0, 1)]
    names = {}
    exec(MODELS, names)
    one = names["train_all"](tf.distribute.get_strategy())
    for process in pair:
        status, _, err = ended(process)
        assert status == 0, err
    chief, worker = (np.load(tmp_path / f"{name}.npz") for name in (True, False))
    latents = [chief["own latents"], worker["own latents"]]
    assert not np.allclose(*latents)
    whole = names["LATENTS"].sample(4, [1, 2])
    encoded = names["LATENTS"].concatenate(whole, [1, 2])
    np.testing.assert_array_equal(np.concatenate(latents), encoded)
    assert one["plain/bad_steps"] == 0
    assert one["normalized/bad_steps"] == 1
    for name, expected in one.items():
        if name == "own latents":
            continue
        np.testing.assert_array_equal(chief[name], worker[name], err_msg=name)
        allowed = TOLERANCES[name.partition("/")[0]] * np.max(np.abs(expected))
        np.testing.assert_allclose(chief[name], expected, rtol=0, atol=allowed, err_msg=name)


@pytest.mark.slow
@pytest.mark.parametrize("victim", [1, 0])
def test_a_killed_worker_ends_the_job_which_then_resumes(
    start, free_ports, tmp_path, victim, is_long
):
    if victim == 0 and not is_long:
        pytest.skip("of the long form: KERAS_INFOGAN_LONG=1")
    run = tmp_path / "run"
    steps = 100_000  # more than there is time for
    ports = free_ports(2)
    pair = [
        start(COMMAND, *flags(run, "multi_worker", steps=steps), ports=ports, index=index)
        for index in (0, 1)
    ]
    await_file(run / "checkpoints" / "ckpt-2.sha256", *pair)
    pair[victim].kill()
    killed = time.monotonic()
    status, _, err = ended(pair[1 - victim])
    assert time.monotonic() - killed < LONGEST_END
    assert status == distribution.WORKER_LOST_STATUS, err
    assert "infogan-train: error: A worker was lost (" in err
    assert "Rerun the same command on all workers to resume from the last checkpoint." in err
    assert not (run / "model.keras").exists()

    kept = json.loads((run / "config.json").read_text())
    at = max(int(path.stem.split("-")[1]) for path in (run / "checkpoints").glob("*.sha256"))
    (run / "config.json").write_text(json.dumps({**kept, "steps": at + 2}))
    arguments = flags(run, "multi_worker", steps=at + 2)
    ports = free_ports(2)
    pair = [start(COMMAND, *arguments, ports=ports, index=index) for index in (0, 1)]
    outputs = [ended(process) for process in pair]
    assert [status for status, _, _ in outputs] == [0, 0], outputs
    assert f"starting at step {at}" in outputs[0][1]
    assert outputs[1][1] == ""  # the chief alone reports
    assert load_model(WorkDirectory(run)).steps_done == at + 2
    assert len(list((run / "logs" / "train").glob("events.*"))) == 2


def test_a_worker_that_never_starts_ends_the_wait(start, free_ports, tmp_path):
    arguments = [*flags(tmp_path / "run", "multi_worker", steps=2), "--worker_timeout=1"]
    status, _, err = ended(start(COMMAND, *arguments, ports=free_ports(2), index=1))
    assert status == distribution.WORKER_LOST_STATUS
    assert "infogan-train: error: Not all workers of TF_CONFIG started within 1 s: the first" in err
    assert not (tmp_path / "run").exists()


def test_two_replicas_train_save_and_resume(start, tmp_path):
    run = tmp_path / "run"
    consistency = {
        "consistency.weight": 1.0,
        "consistency.classifiers": 1,
        "consistency.ensemble_steps": 1,
    }
    process = start(COMMAND, *flags(run, "mirrored", steps=100_000, **consistency))
    await_file(run / "checkpoints" / "ckpt-2.sha256", process)
    process.send_signal(signal.SIGTERM)
    status, out, err = ended(process)
    assert status == 128 + signal.SIGTERM, err
    at = max(int(path.stem.split("-")[1]) for path in (run / "checkpoints").glob("*.sha256"))
    assert f"interrupted at step {at}, which is saved" in out
    kept = json.loads((run / "config.json").read_text())
    (run / "config.json").write_text(json.dumps({**kept, "steps": at + 2}))
    status, out, err = ended(start(COMMAND, *flags(run, "mirrored", steps=at + 2, **consistency)))
    assert status == 0, err
    assert f"starting at step {at}" in out
    assert json.loads((run / "machine.json").read_text())["replicas"] == "2"
    assert (run / "metrics.csv").is_file()
    assert load_model(WorkDirectory(run)).steps_done == at + 2


@pytest.mark.parametrize(
    "text",
    [
        None,
        "{",
        "{}",
        '{"cluster": {"worker": ["a:1"]}, "task": {"type": "worker", "index": 1}}',
        '{"cluster": {"ps": ["a:1"]}, "task": {"type": "ps", "index": 0}}',
    ],
)
def test_a_tf_config_that_names_no_place_is_refused(monkeypatch, text):
    if text is None:
        monkeypatch.delenv("TF_CONFIG", raising=False)
    else:
        monkeypatch.setenv("TF_CONFIG", text)
    with pytest.raises(ValueError, match="TF_CONFIG should be JSON .* Received: "):
        with distribution.connect("multi_worker"):
            pass


def test_an_unknown_strategy_is_refused():
    with pytest.raises(ValueError, match="one of none, mirrored, multi_worker. Received: 'tpu'"):
        with distribution.connect("tpu"):
            pass


def test_without_a_strategy_there_is_one_replica_and_it_is_the_chief():
    with distribution.connect() as workers:
        assert (workers.replicas, workers.is_chief) == (1, True)
        workers.check_same("step", 3)
