import dataclasses
import os
import signal

import numpy as np
import pytest

from keras_infogan import callbacks, datasets
from keras_infogan.runs.directory import WorkDirectory
from keras_infogan.runs.model_file import load_model
from keras_infogan.runs.preemption import Interrupted
from keras_infogan.runs.training import train

STEPS = 7


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
        train(config, str(run))
    assert not (run / "model.keras").exists()


def test_a_few_bad_steps_are_left_out(config, tmp_path, spoil):
    spoil(1, 5)
    train(config, str(tmp_path / "run"))
    model = load_model(WorkDirectory(tmp_path / "run"))
    assert int(model.non_finite_steps) == 2
    assert all(np.isfinite(weight).all() for weight in model.get_weights())


def test_a_restart_goes_back_with_a_slower_discriminator(config, tmp_path, spoil, capsys, steps_of):
    spoil(4, 5, passes=1)
    config.steps_per_epoch = STEPS
    config.non_finite_patience = 2
    config.restarts = 1
    train(config, str(tmp_path / "run"))
    out = capsys.readouterr().out
    assert "Starting again at step 4 with the discriminator's rate halved to 0.0001" in out
    model = load_model(WorkDirectory(tmp_path / "run"))
    assert float(model.discriminator_optimizer.learning_rate) == pytest.approx(1e-4)
    assert int(model.step) == STEPS
    assert steps_of(tmp_path / "run") == [7]


def test_each_restart_halves_the_rate_again(config, tmp_path, spoil):
    spoil(5, 6, passes=2)
    config.steps_per_epoch = STEPS
    config.non_finite_patience = 2
    config.restarts = 2
    train(config, str(tmp_path / "run"))
    model = load_model(WorkDirectory(tmp_path / "run"))
    assert float(model.discriminator_optimizer.learning_rate) == pytest.approx(0.5e-4)


def test_labels_reach_a_conditional_model(config, tmp_path):
    config.model = {"kind": "conditional", "label": "digit"}
    train(config, str(tmp_path / "run"))
    header = (tmp_path / "run" / "metrics.csv").read_text().splitlines()[0]
    assert "label_cross_entropy" in header.split(",")


def test_the_label_is_given_to_a_conditional_gan(config, tmp_path):
    config.model = {"kind": "conditional_gan"}
    config.latents.given = {"class_of_image": {"kind": "class", "size": 10}}  # the data's: "label"
    train(config, str(tmp_path / "run"))
    model = load_model(WorkDirectory(tmp_path / "run"))
    assert model.steps_done == STEPS
    assert list(model.latents.given) == ["class_of_image"]


CAPTIONS = np.array(["a one", "a two"] * 16, object)
SKETCHES = np.arange(32 * 6, dtype=np.uint8).reshape(32, 2, 3, 1)


@pytest.fixture
def accompanied(monkeypatch):
    """Gives the images of the run captions and sketches."""
    load = datasets.load_images

    def load_images(*args, **settings):
        companions = {"caption": CAPTIONS, "sketch": SKETCHES}
        return dataclasses.replace(load(*args, **settings), companions=companions)

    monkeypatch.setattr(datasets, "load_images", load_images)


@pytest.fixture
def fitted_with(monkeypatch):
    """What `training_batches` was given with the images."""
    batches, received = datasets.training_batches, []

    def training_batches(*args, labels=None, **kwargs):
        received.append(labels)
        return batches(*args, labels=labels, **kwargs)

    monkeypatch.setattr(datasets, "training_batches", training_batches)
    return received


def test_a_text_with_the_name_of_the_input_is_given(config, tmp_path, accompanied, fitted_with):
    config.model = {"kind": "conditional_gan"}
    text = {"kind": "text", "words": ["a", "one", "two"], "length": 2, "examples": ["a one"]}
    config.latents.given = {"caption": text}
    train(config, str(tmp_path / "run"))
    assert fitted_with[0].tolist() == [[[2, 3]], [[2, 4]]] * 16


def test_an_image_with_the_name_of_the_input_is_given(config, tmp_path, accompanied, fitted_with):
    config.model = {"kind": "conditional_gan"}
    config.latents.given = {"sketch": {"kind": "image", "shape": (2, 3, 1), "examples": 4}}
    train(config, str(tmp_path / "run"))
    np.testing.assert_array_equal(fitted_with[0], SKETCHES)
    model = load_model(WorkDirectory(tmp_path / "run"))
    drawn = model.latents.given["sketch"].sample(50, [0, 0]).numpy()
    kept = np.unique(np.rint(255 * drawn), axis=0)
    np.testing.assert_array_equal(kept, SKETCHES[:4])


def test_an_absent_companion_is_named(config, tmp_path, accompanied):
    config.model = {"kind": "conditional_gan"}
    config.latents.given = {"drawing": {"kind": "image", "shape": (2, 3, 1)}}
    message = r"comes with the data's images: \['caption', 'sketch'\]. Received: 'drawing'"
    with pytest.raises(ValueError, match=message):
        train(config, str(tmp_path / "run"))


def test_an_absent_label_is_named(config, tmp_path):
    config.model = {"kind": "conditional", "label": "digit"}
    config.data.label = "slant"
    with pytest.raises(ValueError, match=r"config.data.label should name .*\['label'\]"):
        train(config, str(tmp_path / "run"))


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
        train(config, str(tmp_path / "run"))
    assert caught.value.number == number
    assert signal.getsignal(number) == before
    assert (tmp_path / "run" / "checkpoints" / "ckpt-2.sha256").is_file()
