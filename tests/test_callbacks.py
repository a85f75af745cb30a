import csv
import math

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_infogan import LatentSpec
from keras_infogan.callbacks import (
    CodeAccuracy,
    Evaluation,
    MetricsTable,
    NonFiniteLossError,
    Progress,
    StopOnNonFinite,
    TraversalImages,
)
from keras_infogan.evaluation.subject import Subject
from keras_infogan.runs.checkpoints import Checkpoints, CheckpointStore


@pytest.fixture
def attach(model):
    """Gives a callback its model without a `fit`."""

    def attach(callback):
        callback.set_model(model)
        return callback

    return attach


def test_stop_counts_steps_in_a_row(attach, model):
    callback = attach(StopOnNonFinite(patience=3))
    model.step.assign(41)
    for count in (0, 2):
        model.non_finite_in_a_row.assign(count)
        callback.on_train_batch_end(0)
    model.non_finite_in_a_row.assign(3)
    model._bad_losses.assign([name == "generator_loss" for name in model._loss_names])
    with pytest.raises(NonFiniteLossError) as caught:
        callback.on_train_batch_end(0)
    assert str(caught.value) == (
        "generator_loss was NaN or infinite at step 41, and in the 2 steps before it."
    )


def test_stop_ends_a_fit(model, images):
    head = model.discriminator_head
    head.set_weights([np.full_like(weight, np.nan) for weight in head.get_weights()])
    with pytest.raises(
        NonFiniteLossError, match="discriminator_loss.* was NaN or infinite at step 1"
    ):
        model.fit(images, batch_size=16, callbacks=[StopOnNonFinite()], verbose=0)


def test_patience_is_positive():
    with pytest.raises(
        ValueError, match="`patience` should be an int of at least 1. Received: patience=0"
    ):
        StopOnNonFinite(patience=0)


def test_pictures_of_every_code(attach, model, tmp_path):
    callback = attach(TraversalImages(tmp_path / "deep" / "images", every=2, rows=2))
    model.step.assign(12)
    callback.on_epoch_end(0)
    assert not (tmp_path / "deep").exists()
    callback.on_epoch_end(1)
    names = sorted(path.name for path in (tmp_path / "deep" / "images").iterdir())
    assert names == ["kind-0000012.png", "style-0000012.png"]
    for name in names:
        assert (tmp_path / "deep" / "images" / name).read_bytes().startswith(b"\x89PNG")


def test_pictures_show_the_same_noise_each_time(attach, model, tmp_path):
    callback = attach(TraversalImages(tmp_path, rows=2, seed=3))
    for step in (1, 2):
        model.step.assign(step)
        callback.on_epoch_end(0)
    first, second = sorted(tmp_path.glob("kind-*"))
    assert first.read_bytes() == second.read_bytes()


def test_a_model_without_codes_has_pictures_too(make_model, tmp_path):
    callback = TraversalImages(tmp_path, rows=2)
    callback.set_model(make_model(LatentSpec(3)))
    callback.on_epoch_end(0)
    assert [path.name for path in tmp_path.iterdir()] == ["samples-0000000.png"]


def test_pictures_every_no_epoch():
    with pytest.raises(
        ValueError, match="`every` should be an int of at least 1. Received: every=0"
    ):
        TraversalImages("logs", every=0)


def test_accuracy_joins_the_logs(model, images):
    labels = {"digit": np.arange(32) % 3}
    seen = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: logs_of.update(logs))
    logs_of = {}
    history = model.fit(
        images, batch_size=16, callbacks=[CodeAccuracy(images, labels), seen], verbose=0
    )
    for logs in (history.history, logs_of):
        assert {"code_accuracy/kind", "majority_accuracy/kind", "nmi/kind", "ari/kind"} <= set(logs)


def test_evaluation_joins_the_logs_every_other_epoch(model, images, tmp_path):
    subject = Subject(model, images, {"digit": np.arange(32) % 3}, samples=20)
    table = MetricsTable(tmp_path / "metrics.csv", 16)
    callbacks = [Evaluation(subject, ["codes", "attributes"], every=2), table]
    history = model.fit(images, batch_size=16, epochs=3, callbacks=callbacks, verbose=0).history
    for name in ("code_accuracy/kind", "monotonicity/style_0/slant"):
        assert np.isnan(history[name]).tolist() == [False, True, False]
        assert [row[name] == "nan" for row in rows_of(table.path)] == [False, True, False]
    assert "fakes" not in vars(subject)  # nothing is kept from epoch to epoch


def test_evaluation_refuses(model, images):
    subject = Subject(model, images, {})
    with pytest.raises(
        ValueError, match="`every` should be an int of at least 1. Received: every=0"
    ):
        Evaluation(subject, every=0)
    with pytest.raises(ValueError, match="Received: .'fid'"):
        Evaluation(subject, ["fid"])


def rows_of(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_table_has_a_row_an_epoch(model, images, tmp_path):
    table = tmp_path / "metrics.csv"
    model.fit(images, batch_size=16, epochs=2, callbacks=[MetricsTable(table, 16)], verbose=0)
    rows = rows_of(table)
    assert [(row["epoch"], row["step"]) for row in rows] == [("1", "2"), ("2", "4")]
    for row in rows:
        assert float(row["images_per_second"]) > 0
        assert math.isfinite(float(row["information/kind"]))


def test_table_of_a_resumed_run_repeats_no_step(attach, model, tmp_path):
    path = tmp_path / "metrics.csv"
    path.write_text("epoch,step,seconds,loss\n1,10,1.0,0.5\n2,20,1.0,0.4\n3,30,1.0,0.3\n")
    callback = attach(MetricsTable(path, 16))
    model.step.assign(25)
    callback.on_train_begin()
    callback.on_epoch_begin(2)
    model.step.assign(30)
    callback.on_epoch_end(2, {"loss": 0.25})
    assert [(row["step"], row["loss"]) for row in rows_of(path)] == [
        ("10", "0.5"),
        ("20", "0.4"),
        ("30", "0.25"),
    ]


def test_table_takes_a_score_that_comes_later(attach, model, tmp_path):
    callback = attach(MetricsTable(tmp_path / "metrics.csv", 16))
    callback.on_train_begin()
    for step, logs in ((1, {"loss": 1.0}), (2, {"loss": 0.5, "nmi": 0.1})):
        callback.on_epoch_begin(step - 1)
        model.step.assign(step)
        callback.on_epoch_end(step - 1, logs)
    assert [row["nmi"] for row in rows_of(callback.path)] == ["", "0.1"]


def store_of(model, path):
    return CheckpointStore(tf.train.Checkpoint(model=model), path, kept=9)


def saved_steps(path):
    return sorted(int(file.stem.removeprefix("ckpt-")) for file in path.glob("*.index"))


def test_checkpoints_come_every_so_many_steps(model, images, tmp_path):
    callback = Checkpoints(store_of(model, tmp_path), every_steps=3)
    model.fit(images, batch_size=8, epochs=2, callbacks=[callback], verbose=0)
    assert saved_steps(tmp_path) == [3, 6]
    callback.save_now()
    callback.save_now()
    assert saved_steps(tmp_path) == [3, 6, 8]


def test_save_now_is_not_misled_by_the_end_of_a_number(attach, model, tmp_path):
    callback = attach(Checkpoints(store_of(model, tmp_path), every_steps=3))
    for step in (12, 2):
        model.step.assign(step)
        callback.save_now()
    assert callback.store.newest.endswith("-2")


def test_progress_without_a_terminal_is_a_line_an_epoch(model, images, capsys):
    model.fit(images, batch_size=16, epochs=2, callbacks=[Progress(4, 16)], verbose=0)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("step 2/4  ")
    assert lines[1].startswith("step 4/4  ")
    assert "0:00 left" in lines[1]
    assert "information/kind " in lines[1]


def test_progress_on_a_terminal_is_a_bar(model, images, capsys, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    model.fit(images, batch_size=16, callbacks=[Progress(2, 16)], verbose=0)
    assert "2/2" in capsys.readouterr().err
