"""What an import costs: the package is lazy, and loads TensorFlow and training code on use only."""

import json
import os
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


@pytest.mark.parametrize(
    ("name", "backend", "how"),
    [
        ("InfoGAN", "jax", "variable"),
        ("InfoGAN", "torch", "variable"),
        ("InfoGAN", "numpy", "variable"),
        ("LatentSpec", "jax", "keras.json"),
        ("regularizers", "torch", "keras.json"),
    ],
)
def test_another_backend_is_refused_in_one_sentence(tmp_path, name, backend, how):
    (tmp_path / "keras.json").write_text(json.dumps({"backend": backend}))
    settings = {"variable": {"KERAS_BACKEND": backend}, "keras.json": {"KERAS_HOME": tmp_path}}
    done = subprocess.run(
        [sys.executable, "-c", f"import keras_infogan; keras_infogan.{name}"],
        env={**os.environ, **{key: str(value) for key, value in settings[how].items()}},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1] == (
        "RuntimeError: The Keras backend should be tensorflow, by KERAS_BACKEND or keras.json. "
        f"Received: {backend}"
    )


def test_what_needs_no_backend_takes_any(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    code = "import keras_infogan\nfrom keras_infogan.serving import Client\nprint(1)"
    assert run(code) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "settings",
    [{"floatx": "float16"}, {"floatx": "float64"}, {"image_data_format": "channels_first"}],
    ids=lambda settings: next(iter(settings.values())),
)
def test_a_model_works_under_any_keras_json(monkeypatch, tmp_path, settings):
    (tmp_path / "keras.json").write_text(json.dumps({**settings, "backend": "tensorflow"}))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    code = f"""
import json, keras, numpy as np, keras_infogan as infogan
latents = infogan.LatentSpec(4, {{"kind": infogan.Categorical(3), "style": infogan.Uniform(2)}})
model = infogan.InfoGAN.from_architecture("mnist", latents, networks={{"width_multiplier": 0.05}})
model.compile()
images = np.random.default_rng(0).integers(0, 255, [32, 28, 28, 1]).astype(np.uint8)
history = model.fit(images, batch_size=16, verbose=0).history
model.save({str(tmp_path / "model.keras")!r})
loaded = keras.saving.load_model({str(tmp_path / "model.keras")!r})
print(json.dumps({{
    "finite": bool(np.isfinite(list(history.values())).all()),
    "steps": [model.steps_done, int(model.non_finite_steps.numpy())],
    "same": bool((model.sample(2) == loaded.sample(2)).all()),
    "images": [str(model.sample(2).dtype), *model.sample(2).shape],
}}))
"""
    assert run(code) == {
        "finite": True,
        "steps": [2, 0],
        "same": True,
        "images": ["float32", 2, 28, 28, 1],
    }
