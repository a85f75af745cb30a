import hashlib
import math
from pathlib import Path, PurePath

import numpy as np
import pytest

from keras_infogan.datasets.folder_files import FolderFiles
from keras_infogan.datasets.folder_splits import choose_files


def listed(names):
    """A folder of these names, without classes."""
    names = tuple(sorted(map(PurePath, names)))
    return FolderFiles(Path("folder"), names, ("",) * len(names), ("",) * len(names), {})


def chosen(names, split, **settings):
    files = listed(names)
    return [files.names[row].as_posix() for row in choose_files(files, split, **settings)]


NAMES = [f"oak/{i:05d}.png" for i in range(3000)]


@pytest.mark.parametrize("share", [0.05, 0.1, 0.5])
def test_the_share_is_met(share):
    """Within four standard deviations of a binomial."""
    count = len(chosen(NAMES, "test", test_share=share))
    assert abs(count - share * 3000) < 4 * math.sqrt(3000 * share * (1 - share))


def test_a_picture_stays_in_its_split_whatever_happens_to_others():
    test, train = chosen(NAMES, "test"), chosen(NAMES, "train")
    assert set(test) | set(train) == set(NAMES) and not set(test) & set(train)
    assert chosen([*NAMES, "oak/new.png"], "test") in (test, [*test, "oak/new.png"])
    for removed in (test[0], train[0]):
        left = [name for name in NAMES if name != removed]
        assert chosen(left, "test") == [name for name in test if name != removed]
        assert chosen(left, "train") == [name for name in train if name != removed]


def test_a_larger_share_keeps_what_a_smaller_one_held_out():
    small, large = (chosen(NAMES, "test", test_share=share) for share in (0.1, 0.2))
    assert large[: len(small)] == small


def test_membership_is_a_known_hash():
    """SHA-256 of the path, its first eight bytes as a fraction."""

    first = {
        name: int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") / 2**64
        for name in NAMES[:200]
    }
    assert chosen(NAMES[:200], "test") == [
        name for name in sorted(first, key=first.get) if first[name] < 0.1
    ]


def test_an_accent_may_be_written_in_two_ways():
    """macOS gives the letters of a name apart, Linux as they were written."""
    one = [f"gr\u00fcn{number}.png" for number in range(200)]
    two = [f"gru\u0308n{number}.png" for number in range(200)]
    places = [one.index(name) for name in chosen(one, "test")]
    assert places == [two.index(name) for name in chosen(two, "test")]


def test_a_small_folder_has_a_test_image_too():
    """Where no number is below the share, the smallest one counts."""
    test = chosen(NAMES[:1], "test")
    assert test == NAMES[:1]
    few = [name for name in NAMES[:30] if name in chosen(NAMES, "train")]
    assert len(chosen(few, "test")) == 1
    assert chosen(few, "test") + chosen(few, "train") == chosen(few, "test+train")


def test_folders_that_are_splits_are_taken_as_they_are():
    files = FolderFiles(
        Path("folder"),
        tuple(map(PurePath, ("train/1.png", "val/1.png", "val/2.png"))),
        ("",) * 3,
        ("train", "val", "val"),
        {},
    )
    assert choose_files(files, "train").tolist() == [0]
    assert sorted(choose_files(files, "val")) == [1, 2]
    assert len(choose_files(files, "val[:50%]")) == 1
    with pytest.raises(ValueError, match=r"one of \['train', 'val'\].*Received: 'test'"):
        choose_files(files, "test")


def test_slices_are_random_parts():
    half = np.array([int(name[4:9]) for name in chosen(NAMES, "train[:50%]")])
    assert 1300 < half.mean() < 1700
