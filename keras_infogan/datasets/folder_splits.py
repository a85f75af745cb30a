"""Which pictures of a folder are in which split: by subfolders, or by a hash of each name."""

import hashlib
import unicodedata
from pathlib import PurePath

import numpy as np
import tensorflow_datasets as tfds

from keras_infogan.datasets.folder_files import TEST, TRAIN, FolderFiles, shown
from keras_infogan.runtime.arguments import checked_number

TEST_SHARE = 0.1
_HASH_BYTES = 8


def check_test_share(share: float) -> None:
    """Raises a ValueError if a share is not between 0 and 1."""
    if not 0.0 < checked_number("test_share", share) < 1.0:
        raise ValueError(
            f"`test_share` should be above 0 and below 1. Received: test_share={share!r}"
        )


def choose_files(files: FolderFiles, split: str, test_share: float = TEST_SHARE) -> np.ndarray:
    """The indices of the pictures of a split.

    Each picture has a number u in [0, 1), a hash of its path in the folder. Where the folder names
    no splits, the split "test" is u < test_share and "train" is the rest. So other pictures, the
    place of the folder and the content of the picture do not matter: a picture stays in its split
    when others are added or removed. The share is met on average: of n pictures, test_share x n
    with a standard deviation of sqrt(n x test_share x (1 - test_share)) are in "test". Only where
    that is none, in a folder of few pictures, the one of the smallest u is in "test".

    All splits are in the order of u, so a slice such as "train[:20%]" is a random part.

    Args:
        files: of the folder.
        split: in TFDS's notation, such as "train", "test[:100]" or "train+test".
        test_share: above 0 and below 1.

    Returns:
        int64 [M], M >= 1.

    Raises:
        ValueError: an unknown or empty split.
    """
    rows = _rows_of_splits(files, test_share)
    sizes = {
        name: tfds.core.SplitInfo(name=name, shard_lengths=[len(part)], num_bytes=0)
        for name, part in rows.items()
    }
    try:
        parts = tfds.core.ReadInstruction.from_spec(split).to_absolute(sizes)
    except ValueError as error:
        raise ValueError(
            f"split should name one of {list(rows)}, or a slice of one. Received: {split!r}"
        ) from error
    chosen = np.concatenate([rows[part.splitname][part.from_ : part.to] for part in parts])
    if not chosen.size:
        raise ValueError(
            f"split should hold images. Received: {split!r}, which is empty; of the "
            f"{len(files.names)} images in {shown(files.folder)} "
            + ", ".join(f"{len(part)} are in {name!r}" for name, part in rows.items())
            + ("" if files.splits[0] else f", with test_share={test_share:g}")
        )
    return chosen


def _rows_of_splits(files: FolderFiles, test_share: float) -> dict[str, np.ndarray]:
    """The indices of the pictures of each split, in the order of their numbers."""
    numbers = np.array([_number(name) for name in files.names])
    order = np.argsort(numbers, kind="stable")
    if files.splits[0]:
        names, known = np.array(files.splits), sorted(set(files.splits))
    else:
        names, known = np.where(numbers < test_share, TEST, TRAIN), [TEST, TRAIN]
        names[order[0]] = TEST
    return {name: order[names[order] == name] for name in known}


def _number(name: PurePath) -> float:
    """A number in [0, 1) that depends on the path alone."""
    # Some file systems write an accented letter as two characters, others as one.
    text = unicodedata.normalize("NFC", name.as_posix())
    digest = hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest()
    return int.from_bytes(digest[:_HASH_BYTES], "big") / 2 ** (8 * _HASH_BYTES)
