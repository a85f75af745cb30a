"""The files of a SavedModel, looked at before TensorFlow reads them."""

import itertools
import stat
from collections.abc import Iterator
from pathlib import Path

from keras_infogan.serving.protocol.errors import invalid_argument

# The directories of a SavedModel, and how many files of it are looked at.
_DIRECTORIES = ("variables", "assets", "assets.extra")
MAXIMUM_FILES = 10_000
SAVED_MODEL_FILES = ("saved_model.pb", "saved_model.pbtxt")


def find(path: Path) -> Iterator[Path]:
    """Finds the files of a SavedModel, and at most `MAXIMUM_FILES`.

    Other directories are not read: a path that holds no SavedModel (a whole file system, say) must
    not keep a server busy.
    """
    return itertools.islice(_all_files(path), MAXIMUM_FILES)


def check_regular(path: Path) -> None:
    """Refuses what has no end, such as a pipe or a device: TensorFlow would read it for ever.

    Raises:
        StatusError: INVALID_ARGUMENT for a SavedModel with such a file.
    """
    for file in itertools.chain((path / name for name in SAVED_MODEL_FILES), find(path)):
        try:
            mode = file.stat().st_mode
        except OSError:
            continue  # not there, or gone: the loader says so
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            raise invalid_argument(
                f"A SavedModel should hold regular files. Received: {file}, a pipe or a device"
            )


def _all_files(path: Path) -> Iterator[Path]:
    yield from path.glob("*")
    for name in _DIRECTORIES:
        yield from (path / name).rglob("*")
