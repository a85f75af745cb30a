import json

import numpy as np
import pytest

from keras_infogan.runs.defaults import with_defaults
from keras_infogan.runs.directory import WorkDirectory

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
