import csv
import json
import os
import re
import signal

import numpy as np
import pytest
import tensorflow as tf

from keras_infogan import callbacks, datasets, networks
from keras_infogan.configs import mnist
from keras_infogan.runs import experiment
from keras_infogan.runs.directory import WorkDirectory
from keras_infogan.runs.preemption import Interrupted
from keras_infogan.runtime.locks import exclusive

STEPS = 7
STEPS_PER_EPOCH = 3


@pytest.fixture(autouse=True)
def tiny_data(monkeypatch, images, make_networks):
    """Every dataset is 32 small images, and there is a small architecture for them."""

    def load_images(name, split, data_dir=None, **settings):
        return datasets.LabeledImages(images, {"label": np.arange(32) % 3})

    monkeypatch.setattr(datasets, "load_images", load_images)
    monkeypatch.setitem(networks.ARCHITECTURES, "tiny", make_networks)


@pytest.fixture
def config():
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


def weights_of(path):
    model = experiment.load_model(WorkDirectory(path))
    state = [*model.weights, *model.generator_optimizer.variables]
    return [variable.numpy() for variable in [*state, *model.discriminator_optimizer.variables]]


def steps_of(path):
    with (path / "metrics.csv").open(newline="") as file:
        return [int(row["step"]) for row in csv.DictReader(file)]


def test_a_run_leaves_what_it_promises(config, tmp_path, capsys):
    run = tmp_path / "run"
    experiment.train(config, str(run))
    kept = json.loads((run / "config.json").read_text())
    assert kept == json.loads(json.dumps(config.to_dict()))  # JSON has no tuples
    assert steps_of(run) == [3, 6, 7]
    assert {path.name for path in (run / "images").iterdir()} == {
        f"{code}-{step:07d}.png" for code in ("digit", "style") for step in (3, 6, 7)
    }
    assert list((run / "logs").rglob("events.*"))
    assert (run / "checkpoints" / "ckpt-4.index").is_file()
    out = capsys.readouterr().out
    assert f"work directory: {run}" in out
    assert "data: mnist, 32 images of 8x8x1; starting at step 0" in out
    assert f"model: {run / 'model.keras'}" in out

    scores = experiment.evaluate_run(str(run))
    assert json.loads((run / "evaluation.json").read_text()) == scores
    assert (scores["config"], scores["step"], scores["seed"]) == ("tiny", STEPS, 0)
    assert 0.0 <= scores["code_accuracy/digit"] <= scores["majority_accuracy/digit"] <= 1.0
    assert scores["information/digit"] <= scores["entropy/digit"] == pytest.approx(np.log(3.0))
    assert list(scores["classes"]) == ["digit"]
    assert {"code_accuracy/digit", "information/style"} <= set(scores["intervals"])
    assert (run / "confusion-digit.png").read_bytes().startswith(b"\x89PNG")

    # A second run on the finished directory trains no further and keeps what it has.
    before, rows = weights_of(run), steps_of(run)
    capsys.readouterr()
    experiment.train(config, str(run))
    assert f"trained to step {STEPS}: nothing is left to do" in capsys.readouterr().out
    for one, other in zip(before, weights_of(run), strict=True):
        np.testing.assert_array_equal(one, other)
    assert steps_of(run) == rows


@pytest.mark.slow
def test_an_interrupted_run_resumes_bit_for_bit(config, tmp_path, interrupt_at, capsys):
    config.generator_average = config.discriminator_average = 0.5
    config.consistency.update(
        {"weight": 1.0, "classifiers": 2, "ensemble_steps": 2}
    )  # all its phases
    whole, path = tmp_path / "whole", tmp_path / "run"
    experiment.train(config, str(whole))
    # Between two epochs, and inside one.
    for first, step in ((0, STEPS_PER_EPOCH), (STEPS_PER_EPOCH, 5)):
        interrupt_at(step)
        with pytest.raises(KeyboardInterrupt):
            experiment.train(config, str(path))
        out = capsys.readouterr().out
        assert f"starting at step {first}" in out
        assert f"interrupted at step {step}, which is saved" in out
        assert not (path / "model.keras").exists()
        with pytest.raises(ValueError, match="unfinished run"):
            experiment.evaluate_run(str(path))
    experiment.train(config, str(path))
    assert "starting at step 5" in capsys.readouterr().out
    for one, other in zip(weights_of(whole), weights_of(path), strict=True):
        np.testing.assert_array_equal(one, other)
    assert steps_of(path) == sorted(set(steps_of(path)))
    assert steps_of(path)[-1] == STEPS


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


def test_nan_stops_after_the_last_good_checkpoint(config, tmp_path, spoil):
    run = tmp_path / "run"
    spoil(4, 5, 6)
    config.steps_per_epoch = STEPS
    config.non_finite_patience = 2
    with pytest.raises(
        callbacks.NonFiniteLossError,
        match=r"discriminator_loss.* was NaN or infinite at step 6, and in the 1 steps before it\. "
        "The last good .*ckpt-4",
    ):
        experiment.train(config, str(run))
    assert not (run / "model.keras").exists()


def test_a_few_bad_steps_are_left_out(config, tmp_path, spoil):
    spoil(1, 5)
    experiment.train(config, str(tmp_path / "run"))
    model = experiment.load_model(WorkDirectory(tmp_path / "run"))
    assert int(model.non_finite_steps) == 2
    assert all(np.isfinite(weight).all() for weight in model.get_weights())


def test_a_restart_goes_back_with_a_slower_discriminator(config, tmp_path, spoil, capsys):
    spoil(4, 5, passes=1)
    config.steps_per_epoch = STEPS
    config.non_finite_patience = 2
    config.restarts = 1
    experiment.train(config, str(tmp_path / "run"))
    out = capsys.readouterr().out
    assert "Starting again at step 4 with the discriminator's rate halved to 0.0001" in out
    model = experiment.load_model(WorkDirectory(tmp_path / "run"))
    assert float(model.discriminator_optimizer.learning_rate) == pytest.approx(1e-4)
    assert int(model.step) == STEPS
    assert steps_of(tmp_path / "run") == [7]


def test_each_restart_halves_the_rate_again(config, tmp_path, spoil):
    spoil(5, 6, passes=2)
    config.steps_per_epoch = STEPS
    config.non_finite_patience = 2
    config.restarts = 2
    experiment.train(config, str(tmp_path / "run"))
    model = experiment.load_model(WorkDirectory(tmp_path / "run"))
    assert float(model.discriminator_optimizer.learning_rate) == pytest.approx(0.5e-4)


def test_another_config_is_refused(config, tmp_path):
    WorkDirectory(tmp_path).start(config.to_dict())
    config.batch_size = 4
    with pytest.raises(ValueError, match="another config.* differs in batch_size"):
        experiment.train(config, str(tmp_path))


def test_labels_reach_a_conditional_model(config, tmp_path):
    config.model = {"kind": "conditional", "label": "digit"}
    experiment.train(config, str(tmp_path / "run"))
    header = (tmp_path / "run" / "metrics.csv").read_text().splitlines()[0]
    assert "label_cross_entropy" in header.split(",")


def test_a_label_is_the_given_one_the_configs_or_the_only_one(monkeypatch, images):
    data = {"name": "tiny", "test_split": "test", "label": "hue"}
    labels = {"hue": np.zeros(32, np.int64), "size": np.ones(32, np.int64)}
    monkeypatch.setattr(
        datasets, "load_images", lambda *_, **settings: datasets.LabeledImages(images, labels)
    )
    assert experiment.load_labeled(data, "test_split")[1].max() == 0
    assert experiment.load_labeled(data, "test_split", label="size")[1].min() == 1
    with pytest.raises(ValueError, match=r"label should name .*\['hue', 'size'\]. Received: ''"):
        experiment.load_labeled(data | {"label": ""}, "test_split")
    del labels["hue"]
    found, truth = experiment.load_labeled(data | {"label": ""}, "test_split")
    assert (len(found), truth.min()) == (32, 1)


def test_an_absent_label_is_named(config, tmp_path):
    config.model = {"kind": "conditional", "label": "digit"}
    config.data.label = "slant"
    with pytest.raises(ValueError, match=r"config.data.label should name .*\['label'\]"):
        experiment.train(config, str(tmp_path / "run"))


def test_a_foreign_directory_is_refused(config, tmp_path):
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(ValueError, match="which holds other files"):
        experiment.train(config, str(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_bad_setting_leaves_nothing_behind(config, tmp_path):
    config.steps = 0
    with pytest.raises(ValueError, match="`config.steps` should be an int of at least 1"):
        experiment.train(config, str(tmp_path / "run"))
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("damage", ["truncated", "flipped"])
@pytest.mark.parametrize("suffix", ["index", "data-00000-of-00001"])
def test_a_damaged_checkpoint_is_named(config, tmp_path, interrupt_at, damage, suffix):
    run = tmp_path / "run"
    interrupt_at(1)
    with pytest.raises(KeyboardInterrupt):
        experiment.train(config, str(run))
    path = run / "checkpoints" / f"ckpt-1.{suffix}"
    content = bytearray(path.read_bytes())
    if damage == "truncated":
        path.write_bytes(content[: len(content) // 2])
    else:
        content[len(content) // 2] ^= 255
        path.write_bytes(content)
    with pytest.raises(ValueError, match="checkpoint .*ckpt-1 is damaged, and there is no other"):
        experiment.train(config, str(run))


def test_an_earlier_checkpoint_stands_in_for_a_damaged_one(config, tmp_path, interrupt_at, capsys):
    whole, run = tmp_path / "whole", tmp_path / "run"
    experiment.train(config, str(whole))
    interrupt_at(5)
    with pytest.raises(KeyboardInterrupt):
        experiment.train(config, str(run))
    (run / "checkpoints" / "ckpt-5.data-00000-of-00001").write_bytes(b"nothing")
    capsys.readouterr()
    experiment.train(config, str(run))
    out = capsys.readouterr().out
    assert "ckpt-5 is damaged: ckpt-5.data-00000-of-00001 is not as it was saved" in out
    assert "starting at step 4" in out
    for one, other in zip(weights_of(whole), weights_of(run), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_saves_and_ends(config, tmp_path, monkeypatch, number):
    seen = callbacks.StopOnNonFinite.on_train_batch_end

    def on_train_batch_end(self, batch, logs=None):
        seen(self, batch, logs)
        if int(self.model.step) == 2:
            os.kill(os.getpid(), number)

    monkeypatch.setattr(callbacks.StopOnNonFinite, "on_train_batch_end", on_train_batch_end)
    before = signal.getsignal(number)
    with pytest.raises(Interrupted) as caught:
        experiment.train(config, str(tmp_path / "run"))
    assert caught.value.number == number
    assert signal.getsignal(number) == before
    assert (tmp_path / "run" / "checkpoints" / "ckpt-2.sha256").is_file()


def test_a_second_process_is_refused(config, tmp_path):
    run = tmp_path / "run"
    run.mkdir()
    WorkDirectory(run).start(config.to_dict())
    with exclusive(run / "lock"):
        with pytest.raises(ValueError, match=f"is in use by process {os.getpid()} on "):
            experiment.train(config, str(run))
    experiment.train(config, str(run))


def test_a_damaged_model_is_named(config, tmp_path):
    directory = WorkDirectory(tmp_path)
    directory.start(config.to_dict())
    directory.model.write_bytes(b"no zip file")
    with pytest.raises(ValueError, match="model.keras is damaged"):
        experiment.load_model(directory)


@pytest.mark.slow
def test_evaluations_add_up_and_share_a_classifier(config, tmp_path, monkeypatch):
    config.steps = 1
    run, shared = tmp_path / "run", tmp_path / "shared.keras"
    experiment.train(config, str(run))
    monkeypatch.setattr("keras_infogan.evaluation.measures.SMALLEST_SUBSET", 8)
    first = experiment.evaluate_run(str(run), groups=["attributes"])
    second = experiment.evaluate_run(str(run), groups=["images"], classifier=str(shared))
    assert {"images", "samples"} <= set(second)
    assert set(first) < set(second)  # what the first found of other groups stays
    (distance,) = [name for name in second if name.startswith("frechet_distance/")]
    assert re.fullmatch(r"frechet_distance/mnist_classifier_[0-9a-f]{4}", distance)
    assert not (run / "classifier.keras").exists()
    again = experiment.evaluate_run(str(run), groups=["images"], classifier=str(shared))
    assert again[distance] == pytest.approx(second[distance])
    other = experiment.evaluate_run(str(run), groups=["images"], samples=16)
    assert "best_rank_correlation/area" not in other  # of another number of images
    assert (run / "classifier.keras").is_file()
    json.loads((run / "evaluation.json").read_text(), parse_constant=pytest.fail)  # no NaN


@pytest.mark.parametrize("name", ["classifier.h5", "missing/classifier.keras"])
def test_a_classifier_that_could_not_be_saved_is_refused_first(config, tmp_path, name):
    config.steps = 1
    experiment.train(config, str(tmp_path / "run"))
    with pytest.raises(ValueError, match=f"a .keras file in a directory .* Received: .*{name}"):
        experiment.evaluate_run(str(tmp_path / "run"), classifier=str(tmp_path / name))


def test_evaluation_needs_a_run(tmp_path):
    with pytest.raises(ValueError, match="should hold a run"):
        experiment.evaluate_run(str(tmp_path))
