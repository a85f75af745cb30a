import os
import platform

import keras
import tensorflow as tf

from keras_infogan.runtime import machine


def test_versions_of_python_the_packages_and_the_machine():
    found = machine.versions()
    assert list(found) == ["python", *machine.PACKAGES, "machine"]
    assert found["python"] == platform.python_version()
    assert (found["keras"], found["tensorflow"]) == (keras.__version__, tf.__version__)
    assert found["machine"].endswith(f", {os.cpu_count()} cores")


def test_accelerators_by_name(monkeypatch):
    listed = {"GPU": [tf.config.PhysicalDevice("/gpu:0", "GPU")] * 2, "TPU": []}
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: listed[kind])
    details = iter([{"device_name": "Fast 9000"}, {}])
    monkeypatch.setattr(tf.config.experimental, "get_device_details", lambda device: next(details))
    assert machine.devices() == "Fast 9000, /gpu:0"
    listed["GPU"] = []
    assert machine.devices() == "none"
