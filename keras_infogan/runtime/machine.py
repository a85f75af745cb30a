"""The machine and the versions of a run."""

from __future__ import annotations

import importlib.metadata
import os
import platform

PACKAGES = (
    "keras-infogan",
    "tensorflow",
    "keras",
    "tensorflow-probability",
    "tensorflow-datasets",
    "numpy",
)


def versions() -> dict[str, str]:
    """The versions of Python and the main packages, and the kind of machine."""
    return {
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in PACKAGES},
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
    }


def devices() -> str:
    """The accelerators that TensorFlow sees, by name, or "none"."""
    import tensorflow as tf

    found = [
        tf.config.experimental.get_device_details(device).get("device_name", device.name)
        for kind in ("GPU", "TPU")
        for device in tf.config.list_physical_devices(kind)
    ]
    return ", ".join(found) or "none"
