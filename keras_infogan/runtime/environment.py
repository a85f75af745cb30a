"""Settings that must precede the import of TensorFlow; so it is the package's first import."""

import contextlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def import_tensorflow_quietly() -> None:
    """Imports TensorFlow with stderr closed; for a command that knows its flags.

    A command's stderr should hold only its own error line. On import TensorFlow prints notes there
    (no GPU, oneDNN is on) that no log level turns off.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with closed_stderr():
        import tensorflow  # noqa: F401


@contextlib.contextmanager
def closed_stderr() -> Iterator[None]:
    """Discards all output to stderr in the block, also from native code."""
    sys.stderr.flush()
    stderr = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)
        os.close(nowhere)


def require_tensorflow_backend() -> None:
    """Raises one sentence where Keras has another backend, before Keras is imported.

    Raises:
        RuntimeError: KERAS_BACKEND or keras.json names another backend, or Keras is there with one.
    """
    backend = _keras_backend()
    if backend != "tensorflow":
        raise RuntimeError(
            "The Keras backend should be tensorflow, by KERAS_BACKEND or keras.json. "
            f"Received: {backend}"
        )


def _keras_backend() -> str:
    """The backend that Keras has, or will have when it is imported."""
    keras: Any = sys.modules.get("keras")
    if hasattr(keras, "config"):
        return keras.config.backend()
    if os.environ.get("KERAS_BACKEND"):
        return os.environ["KERAS_BACKEND"]
    home = Path(os.environ.get("KERAS_HOME") or "~/.keras").expanduser()
    try:
        return json.loads((home / "keras.json").read_text()).get("backend", "tensorflow")
    except (OSError, ValueError):
        return "tensorflow"


@contextlib.contextmanager
def without_proxies() -> Iterator[None]:
    """Hides the environment's proxies in the block, for what should reach this machine only.

    A proxy cannot reach the loopback address of its client. `NO_PROXY` is not enough: httpx wants a
    package for a SOCKS proxy that it would not use.
    """
    names = [name for name in os.environ if name.lower().endswith("_proxy")]
    hidden = {name: os.environ.pop(name) for name in names}
    try:
        yield
    finally:
        os.environ.update(hidden)


# TensorFlow turns oneDNN off on CPUs without AVX512_VNNI, but there too its convolutions and matrix
# products are up to five times faster (docs/results/training_speed.md).
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
