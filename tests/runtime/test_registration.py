import json
import subprocess
import sys
from pathlib import Path

import keras
import pytest

import keras_infogan
from keras_infogan.networks import ARCHITECTURES
from keras_infogan.regularizers import R1, CodeConsistency
from keras_infogan.runtime import registration


def run(code):
    """The last line that a fresh interpreter prints, as JSON."""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=300
    )
    return json.loads(done.stdout.strip().splitlines()[-1])


def test_every_registering_module_is_listed():
    root = Path(keras_infogan.__file__).parents[1]
    found = {
        ".".join(path.relative_to(root).with_suffix("").parts)
        for path in (root / "keras_infogan").rglob("*.py")
        if "\n@keras.saving.register_keras_serializable" in path.read_text()
    }
    assert found == set(registration.MODULES)


@pytest.mark.parametrize("order", ["keras, keras_infogan", "keras_infogan, keras"])
def test_keras_finds_every_class_of_a_saved_model(make_networks, monkeypatch, tmp_path, order):
    monkeypatch.setitem(ARCHITECTURES, "tiny", make_networks)
    latents = keras_infogan.LatentSpec(4, {"kind": keras_infogan.Categorical(3)})
    model = keras_infogan.variants.ConditionalInfoGAN.from_architecture(
        "tiny",
        latents,
        (8, 8, 1),
        label="kind",
        regularizers=[R1(1.0), CodeConsistency(keras.layers.Rescaling(0.5))],
    )
    model.compile()
    path = tmp_path / "model.keras"
    model.save(path)
    code = (
        f"import json, {order}\n"
        f"model = keras.saving.load_model({str(path)!r})\n"
        "print(json.dumps([type(model).__name__, model.sample(2).shape]))"
    )
    assert run(code) == ["ConditionalInfoGAN", [2, 8, 8, 1]]
