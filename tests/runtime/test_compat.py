import logging
import sys

import keras
import numpy as np
import tensorflow as tf

from keras_infogan.runtime import compat
from keras_infogan.runtime.compat import LazyRegistry, nested_layers


def test_what_strangers_send_fills_no_log():
    logger = logging.getLogger("grpc._common")
    before = logger.level
    try:
        compat.silence_grpc_parse_errors()
        assert not logger.isEnabledFor(logging.ERROR)
    finally:
        logger.setLevel(before)


def test_a_session_is_called_by_the_names_of_tensors():
    v1 = tf.compat.v1
    with tf.Graph().as_default(), v1.Session() as session:
        x = v1.placeholder(tf.float32, [None], name="x")
        y = tf.identity(2.0 * x, name="y")
        call = compat.make_session_callable(session, [x.name], [y.name])
        (answer,) = call(np.float32([1.0, 2.0]))
    assert answer.tolist() == [2.0, 4.0]


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
