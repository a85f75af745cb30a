"""What must happen before TensorFlow is first imported; so it is the package's first import."""

import contextlib
import os
import sys
from collections.abc import Iterator


def import_tensorflow_quietly() -> None:
    """Imports TensorFlow with stderr closed; for a command that knows its flags.

    A command's stderr is for its own one line. What TensorFlow notes there while it is imported
    (no GPU, oneDNN is on) heeds no log level.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with closed_stderr():
        import tensorflow  # noqa: F401


@contextlib.contextmanager
def closed_stderr() -> Iterator[None]:
    """Lets nothing reach stderr in the block, not from native code either."""
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


# TensorFlow leaves oneDNN off on CPUs without AVX512_VNNI, where its convolutions and matrix
# products are still up to five times faster (docs/results/training_speed.md).
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
