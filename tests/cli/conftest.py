"""Runs, exports and servers that commands work on, all of networks of a few weights."""

import importlib.util
import re
from pathlib import Path

import pytest
from ml_collections import config_dict

from keras_infogan import export_savedmodel
from keras_infogan.configs import mnist
from keras_infogan.runs.building import build_model
from keras_infogan.runs.directory import WorkDirectory
from keras_infogan.runs.model_file import save_model

# What is served is as in the tests of serving: a conftest is no module to import by name.
_spec = importlib.util.spec_from_file_location(
    "served_models", Path(__file__).parents[1] / "serving" / "conftest.py"
)
_served = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_served)
saved_model, example_model = _served.saved_model, _served.example_model
base_path, server = _served.base_path, _served.server

SMALL = {"name": "tiny", "architecture": "tiny", "steps": 2, "steps_per_epoch": 2, "batch_size": 16}


@pytest.fixture
def tiny_config(tiny_data):
    """The config of a run of two updates, on 32 images of three classes."""
    config = config_dict.ConfigDict(mnist.get_config())
    config.update(SMALL)
    return config


@pytest.fixture
def finished_run(tiny_config, tmp_path):
    """The directory of a finished run, whose model never trained."""
    directory = WorkDirectory(tmp_path / "run")
    directory.start(tiny_config.to_dict())
    save_model(build_model(tiny_config), directory)
    return directory.path


@pytest.fixture(scope="session")
def exported(tmp_path_factory):
    return tmp_path_factory.mktemp("exported") / "models"


@pytest.fixture
def model_base_path(exported, make_model):
    """The tiny model of the whole suite, exported once: codes kind (3) and style (2 numbers)."""
    if not exported.exists():
        export_savedmodel(make_model(), exported)
    return exported


@pytest.fixture
def refused(run_command, tmp_path, monkeypatch):
    """Checks that a command says in one line what is wrong, and leaves nothing."""

    def check(name, arguments, status, message):
        monkeypatch.chdir(tmp_path)
        ended, out, err = run_command(name, *arguments)
        assert (ended, out) == (status, ""), err
        assert err.startswith(f"infogan-{name}: error: ")
        assert err.count("\n") == 1
        assert re.search(message, err)
        assert list(tmp_path.iterdir()) == []

    return check


@pytest.fixture
def shows_help(run_command):
    """Checks that a command's help begins with its usage and has its flags."""

    def check(name, usage, *flags):
        status, out, err = run_command(name, "--help")
        assert (status, err) == (0, "")
        assert f"infogan-{name} {usage}" in out
        for flag in flags:
            assert f"--{flag}: " in out

    return check
