"""Which pictures of a folder are in which split: by subfolders, or by a hash of each name."""

import unicodedata
from pathlib import PurePath

import numpy as np

from keras_infogan.datasets.folder_files import FolderFiles, shown
from keras_infogan.datasets.splits import (
    TEST_SHARE,
    choose_rows,
    describe_share,
    hash_number,
    rows_of_splits,
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
    numbers = np.array([_number(name) for name in files.names])
    splits = files.splits if files.splits[0] else ()
    rows = rows_of_splits(numbers, test_share, splits)
    remark = "" if splits else describe_share(test_share)
    return choose_rows(rows, split, shown(files.folder), remark)


def _number(name: PurePath) -> float:
    """A number in [0, 1) that depends on the path alone."""
    # Some file systems write an accented letter as two characters, others as one.
    text = unicodedata.normalize("NFC", name.as_posix())
    return hash_number(text.encode("utf-8", "surrogateescape"))
