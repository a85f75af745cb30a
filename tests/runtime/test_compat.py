import sys

import keras

from keras_infogan.runtime.compat import LazyRegistry, nested_layers


def test_a_registry_imports_on_the_first_look_at_its_own_names(monkeypatch, tmp_path):
    (tmp_path / "registers_late.py").write_text("import keras\nTIMES = []\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    registry = LazyRegistry({"other>A": int}, "late>", ("registers_late",))
    assert "other>A" in registry and "other>B" not in registry and 3 not in registry
    assert "registers_late" not in sys.modules
    assert "late>A" not in registry  # imported, and it has no such class
    monkeypatch.delitem(sys.modules, "registers_late")
    assert "late>A" not in registry
    assert "registers_late" not in sys.modules  # it is imported once
    registry["late>A"] = float
    assert "late>A" in registry and registry["late>A"] is float


def test_layers_at_every_depth():
    dense = keras.layers.Dense(1)
    inner = keras.Sequential([keras.layers.Input([2]), dense])
    outer = keras.Sequential([keras.layers.Input([2]), inner])
    found = nested_layers(outer)
    assert found[0] is outer
    assert all(any(layer is each for each in found) for layer in (inner, dense))
    assert nested_layers(dense) == [dense]
