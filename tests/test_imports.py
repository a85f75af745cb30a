"""What an import costs: the package is lazy, and loads TensorFlow and training code on use only."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import keras_infogan

HEAVY = ("tensorflow", "keras", "tensorflow_datasets", "tensorflow_probability", "sklearn")
COMMANDS = sorted(
    path.stem
    for path in (Path(keras_infogan.__file__).parent / "cli").glob("*.py")
    if "\ndef entry_point" in path.read_text()
)


def run(code):
    """The last line that a fresh interpreter prints, as JSON."""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=300
    )
    return json.loads(done.stdout.strip().splitlines()[-1])


def loaded_after(code, packages):
    """The modules of some packages that are loaded once the code has run."""
    names = run(f"{code}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))")
    return [name for name in names if name.startswith(tuple(f"{each}." for each in packages))]


@pytest.mark.parametrize("package", ["", ".serving", ".metrics", ".datasets", ".models", ".layers"])
def test_importing_a_package_loads_nothing_heavy(package):
    assert loaded_after(f"import keras_infogan{package}", HEAVY) == []


def test_the_client_loads_no_training_code():
    found = loaded_after("from keras_infogan.serving import Client", ("keras_infogan",))
    assert {name.split(".")[1] for name in found} == {"runtime", "serving"}
    assert not any(name.startswith("keras_infogan.serving.server") for name in found)
    code = "from keras_infogan.serving import Client"
    assert loaded_after(code, ("tensorflow_datasets", "tensorflow_probability")) == []


def test_every_command_is_known():
    assert len(COMMANDS) == 15


@pytest.mark.parametrize("command", COMMANDS)
def test_help_loads_nothing_heavy(command):
    code = (
        f"import sys; sys.argv = ['infogan-{command}', '--help']\n"
        f"from keras_infogan.cli import {command}\n"
        f"try: {command}.entry_point()\n"
        "except SystemExit as end: assert end.code == 0"
    )
    assert loaded_after(code, HEAVY) == []


def test_every_exported_name_exists():
    for package in (
        keras_infogan,
        keras_infogan.metrics,
        keras_infogan.datasets,
        keras_infogan.estimators,
        keras_infogan.regularizers,
        keras_infogan.variants,
    ):
        for name in package.__all__:
            assert getattr(package, name) is not None
