"""The splits of data that has none: by a hash of each image, in TFDS's notation."""

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np
import tensorflow_datasets as tfds

from keras_infogan.datasets.folder_files import TEST, TRAIN
from keras_infogan.runtime.arguments import checked_number

TEST_SHARE = 0.1
_HASH_BYTES = 8


def check_test_share(share: float) -> None:
    """Raises a ValueError if a share is not between 0 and 1."""
    if not 0.0 < checked_number("test_share", share) < 1.0:
        raise ValueError(
            f"`test_share` should be above 0 and below 1. Received: test_share={share!r}"
        )


def hash_number(content: bytes) -> float:
    """A number in [0, 1) that depends on the content alone.

    Examples:
        >>> hash_number(b"oak/1.png") == hash_number(b"oak/1.png")
        True
    """
    digest = hashlib.sha256(content).digest()
    return int.from_bytes(digest[:_HASH_BYTES], "big") / 2 ** (8 * _HASH_BYTES)


def rows_of_splits(
    numbers: np.ndarray, test_share: float, splits: Sequence[str] = ()
) -> dict[str, np.ndarray]:
    """The rows of each split, in the order of their numbers.

    Args:
        numbers: float64 [N] in [0, 1), one per image, of `hash_number`.
        test_share: images whose number is below it are the split "test". If there is none, the
            images of the smallest number are. The others are "train".
        splits: the split of each image, where it is known; then the share is not used.

    Returns:
        Name of a split -> int64 [M]. A split may be empty.

    Examples:
        >>> rows_of_splits(np.array([0.5, 0.01, 0.3]), test_share=0.1)
        {'test': array([1]), 'train': array([2, 0])}
    """
    order = np.argsort(numbers, kind="stable")
    if len(splits):
        names, known = np.array(splits), sorted(set(splits))
    else:
        # Equal images have equal numbers, and stay together.
        is_test = (numbers < test_share) | (numbers == numbers.min())
        names, known = np.where(is_test, TEST, TRAIN), [TEST, TRAIN]
    return {name: order[names[order] == name] for name in known}


def choose_parts(
    split: str, sizes: Mapping[str, int], place: str, remark: str = ""
) -> list[tuple[str, slice]]:
    """The parts of splits that a text in TFDS's notation means.

    Args:
        split: such as "train", "test[:100]" or "train+test".
        sizes: name of each split -> the number of its images.
        place: where the images are, for the error.
        remark: what else the error says of the sizes.

    Returns:
        The name of a split, and the images of it, for each part.

    Raises:
        ValueError: an unknown or empty split.

    Examples:
        >>> choose_parts("train[:50%]", {"test": 2, "train": 8}, "photos")
        [('train', slice(0, 4, None))]
    """
    infos = {
        name: tfds.core.SplitInfo(name=name, shard_lengths=[size], num_bytes=0)
        for name, size in sizes.items()
    }
    try:
        found = tfds.core.ReadInstruction.from_spec(split).to_absolute(infos)
    except ValueError as error:
        raise ValueError(
            f"split should name one of {list(sizes)}, or a slice of one. Received: {split!r}"
        ) from error
    parts = [
        (part.splitname, slice(*slice(part.from_, part.to).indices(sizes[part.splitname])[:2]))
        for part in found
    ]
    if not any(range(sizes[name])[part] for name, part in parts):
        raise ValueError(
            f"split should hold images. Received: {split!r}, which is empty; of the "
            f"{sum(sizes.values())} images in {place} "
            + ", ".join(f"{size} are in {name!r}" for name, size in sizes.items())
            + remark
        )
    return parts


def choose_rows(
    rows: Mapping[str, np.ndarray], split: str, place: str, remark: str = ""
) -> np.ndarray:
    """The rows of a split, int64 [M], M >= 1; the other arguments are those of `choose_parts`.

    Args:
        rows: of each split, see `rows_of_splits`.
        split, place, remark: see `choose_parts`.
    """
    sizes = {name: len(part) for name, part in rows.items()}
    parts = choose_parts(split, sizes, place, remark)
    return np.concatenate([rows[name][part] for name, part in parts])


def describe_share(test_share: float) -> str:
    """What an error about an empty split says of the share."""
    return f", with test_share={test_share:g}"
