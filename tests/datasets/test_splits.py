import hashlib

import numpy as np
import pytest

from keras_infogan.datasets.splits import (
    check_test_share,
    choose_parts,
    choose_rows,
    hash_number,
    rows_of_splits,
)


def test_the_number_is_a_known_hash():
    """The first eight bytes of SHA-256, as a fraction."""
    first = int.from_bytes(hashlib.sha256(b"oak").digest()[:8], "big")
    assert hash_number(b"oak") == first / 2**64


def test_numbers_below_the_share_are_held_out_in_their_order():
    rows = rows_of_splits(np.array([0.5, 0.09, 0.3, 0.01, 0.1]), test_share=0.1)
    assert {name: part.tolist() for name, part in rows.items()} == {
        "test": [3, 1],
        "train": [4, 2, 0],
    }


def test_equal_numbers_stay_together():
    """Also where the smallest number is above the share."""
    rows = rows_of_splits(np.array([0.5, 0.3, 0.9, 0.3]), test_share=0.1)
    assert rows["test"].tolist() == [1, 3]


def test_known_splits_are_kept():
    rows = rows_of_splits(np.array([0.5, 0.09, 0.3]), 0.1, ("val", "train", "val"))
    assert {name: part.tolist() for name, part in rows.items()} == {"train": [1], "val": [2, 0]}


def test_parts_are_those_of_tfds():
    sizes = {"test": 4, "train": 10}
    assert choose_parts("train[:30%]+test", sizes, "here") == [
        ("train", slice(0, 3)),
        ("test", slice(0, 4)),
    ]
    rows = {"test": np.arange(4), "train": np.arange(4, 14)}
    assert choose_rows(rows, "train[-2:]+test[:1]", "here").tolist() == [12, 13, 0]


def test_bad_splits_are_refused():
    sizes = {"test": 4, "train": 0}
    with pytest.raises(ValueError, match=r"one of \['test', 'train'\], .* Received: 'val'"):
        choose_parts("val", sizes, "here")
    with pytest.raises(
        ValueError,
        match="Received: 'train', which is empty; of the 4 images in here 4 are in 'test', "
        "0 are in 'train', so$",
    ):
        choose_parts("train", sizes, "here", ", so")


@pytest.mark.parametrize("share", [0.0, 1.0, -0.1])
def test_a_share_is_between_0_and_1(share):
    with pytest.raises(ValueError, match=f"above 0 and below 1. Received: test_share={share}"):
        check_test_share(share)
