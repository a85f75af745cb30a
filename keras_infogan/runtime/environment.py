"""Settings that must precede the import of TensorFlow; so it is the package's first import."""

import contextlib
import os
import sys
from collections.abc import Iterator


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


# TensorFlow turns oneDNN off on CPUs without AVX512_VNNI, but there too its convolutions and matrix
# products are up to five times faster (docs/results/training_speed.md).
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
