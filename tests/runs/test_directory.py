import json
import os

import numpy as np
import pytest

from keras_infogan.runs.defaults import with_defaults
from keras_infogan.runs.directory import WorkDirectory
from keras_infogan.runtime.files import replace_file, start_directory, write_json

CONFIG = {"name": "tiny", "steps": 3}


@pytest.fixture
def directory(tmp_path):
    return WorkDirectory(tmp_path / "deep" / "run")


def test_names_of_files(tmp_path):
    directory = WorkDirectory(str(tmp_path))
    names = ("config", "checkpoints", "logs", "metrics", "images", "model", "evaluation")
    assert [getattr(directory, name).name for name in names] == [
        "config.json",
        "checkpoints",
        "logs",
        "metrics.csv",
        "images",
        "model.keras",
        "evaluation.json",
    ]


def test_start_writes_the_config_once(directory):
    directory.start(CONFIG)
    assert json.loads(directory.config.read_text()) == CONFIG
    assert directory.read_config() == with_defaults(CONFIG)
    directory.start(CONFIG)
    assert [entry.name for entry in directory.path.iterdir()] == ["config.json"]


def test_start_takes_an_empty_directory(tmp_path):
    WorkDirectory(tmp_path).start(CONFIG)
    assert json.loads((tmp_path / "config.json").read_text()) == CONFIG


def test_start_refuses_another_config(directory):
    directory.start(CONFIG)
    with pytest.raises(ValueError, match="another config.* differs in batch_size, steps"):
        directory.start({**CONFIG, "steps": 2, "batch_size": 2})
    assert json.loads(directory.config.read_text()) == CONFIG


def test_more_steps_and_another_pace_are_no_other_config(directory):
    directory.start(CONFIG)
    grown = {**CONFIG, "steps": 9, "steps_per_epoch": 5, "data": {"path": "/elsewhere"}}
    directory.start(grown)
    assert json.loads(directory.config.read_text()) == CONFIG
    directory.update(grown)
    assert json.loads(directory.config.read_text()) == grown
    with pytest.raises(ValueError, match="differs in steps"):
        directory.start(CONFIG)


def test_the_home_directory_may_be_meant(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert WorkDirectory("~/run").path == tmp_path / "run"


def test_a_field_that_equals_its_default_may_be_missing_on_either_side(directory):
    directory.start(CONFIG)
    directory.start({**CONFIG, "restarts": 0, "data": {"channels": 0}})
    with pytest.raises(ValueError, match="another config.* differs in data. Give"):
        directory.start({**CONFIG, "data": {"channels": 3}})


def test_numpy_numbers_are_compared_and_written(directory):
    config = {**CONFIG, "steps": np.int64(3)}
    directory.start(config)
    directory.start(config)
    assert json.loads(directory.config.read_text()) == CONFIG


def test_start_refuses_foreign_files(tmp_path):
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(
        ValueError, match="should be empty or hold a run .* which holds other files"
    ):
        WorkDirectory(tmp_path).start(CONFIG)
    assert [entry.name for entry in tmp_path.iterdir()] == ["thesis.tex"]


def test_start_refuses_a_file(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError):
        WorkDirectory(tmp_path / "file").start(CONFIG)


def test_read_without_a_run(directory):
    with pytest.raises(ValueError, match="that infogan-train started. Received: .* no config.json"):
        directory.read_config()


def test_read_a_damaged_config(directory):
    directory.start(CONFIG)
    directory.config.write_text("{")
    with pytest.raises(ValueError, match="config.json is damaged: "):
        directory.read_config()
    with pytest.raises(ValueError, match="config.json is damaged: "):
        directory.start(CONFIG)


def test_model_of_an_unfinished_run(directory):
    directory.start(CONFIG)
    with pytest.raises(
        ValueError, match="unfinished run: it has no model.keras. Run infogan-train"
    ):
        directory.require_model()
    directory.model.touch()
    assert directory.require_model() == directory.model


def test_replace_keeps_the_old_file_when_the_writer_fails(tmp_path):
    path = tmp_path / "value.json"
    write_json(path, {"a": 1})

    def fail(temporary):
        temporary.write_text("half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        replace_file(path, fail)
    assert json.loads(path.read_text()) == {"a": 1}
    assert os.listdir(tmp_path) == ["value.json"]


def test_a_directory_of_a_commands_own_work(tmp_path):
    out = tmp_path / "deep" / "out"
    for name in (None, "lock", "job.json", "more"):  # made, locked, begun, gone on with
        if name:
            (out / name).touch()
        start_directory(out, "job.json", "a job", "lock")
    (out / "job.json").unlink()
    with pytest.raises(ValueError, match="--out should be empty or hold a job .job.json.*Received"):
        start_directory(out, "job.json", "a job", "lock")
    with pytest.raises(OSError, match="more cannot be written: File exists"):
        start_directory(out / "more", "job.json", "a job", "lock")
