import json

import numpy as np
import pytest

from keras_infogan.augmentation import UNMATCHED, class_probabilities, match_values, read_matching


def one_hot(values, count):
    return np.eye(count)[values]


def test_as_many_values_as_classes_are_matched_one_to_one():
    # Value 0 has most votes of both classes: one to one, 1.6 votes beat 0.9 + 0.3.
    probabilities = [[0.9, 0.1], [0.7, 0.3], [0.9, 0.1], [0.1, 0.9]]
    assert match_values(probabilities, [0, 0, 1, 1], 2).tolist() == [0, 1]
    assert match_values(probabilities, [1, 1, 0, 0], 2).tolist() == [1, 0]


def test_a_second_choice_tells_what_hard_votes_do_not():
    # The only image of class 1 is read as value 0, as are those of class 0; its second choice is 2.
    probabilities = [[0.8, 0.1, 0.1], [0.6, 0.0, 0.4], [0.0, 1.0, 0.0]]
    assert match_values(probabilities, [0, 1, 2], 3).tolist() == [0, 2, 1]


def test_a_value_that_nobody_voted_for_gets_the_class_that_is_left():
    probabilities = one_hot([2, 2, 0, 0], 3)
    assert match_values(probabilities, [1, 2, 0, 0], 3)[0] == 0
    assert sorted(match_values(probabilities, [1, 2, 0, 0], 3)) == [0, 1, 2]


def test_a_tie_is_a_matching_all_the_same():
    assert sorted(match_values(np.full([3, 3], 1 / 3), [0, 1, 2], 3)) == [0, 1, 2]


def test_more_values_than_classes_share_them():
    probabilities = one_hot([0, 1, 1, 2, 3, 3], 5)
    matching = match_values(probabilities, [0, 0, 0, 1, 0, 1], 2)
    # Value 3 has one vote of either class: the lower. Nobody voted for value 4.
    assert matching.tolist() == [0, 0, 1, 0, UNMATCHED]


@pytest.mark.parametrize(("share", "expected"), [(0.24, UNMATCHED), (0.26, 1)])
def test_a_value_needs_half_of_an_even_share(share, expected):
    # Two images, four values: an even share is half an image's votes.
    probabilities = [[1 - share, 0.0, 0.0, share], [0.0, 0.5, 0.5, 0.0]]
    assert match_values(probabilities, [1, 0], 2)[3] == expected


def test_fewer_values_than_classes():
    assert match_values(one_hot([0, 0, 1], 2), [2, 2, 0], 3).tolist() == [2, 0]


@pytest.mark.parametrize(
    ("probabilities", "labels", "message"),
    [
        (np.ones([2, 3]), [0], r"\[N, V\] and .* Received: shapes \(2, 3\) and \(1,\)"),
        (np.ones([0, 3]), [], "Received: shapes"),
        (np.ones([3]), [0, 1, 2], "Received: shapes"),
        (np.ones([2, 3]), [0, 2], "from 0 to 1. Received: from 0 to 2"),
        (np.ones([2, 3]), [-1, 1], "from 0 to 1. Received: from -1 to 1"),
    ],
)
def test_votes_that_cannot_be_counted(probabilities, labels, message):
    with pytest.raises(ValueError, match=message):
        match_values(probabilities, labels, 2)


def test_a_class_is_as_probable_as_its_values_together():
    read = class_probabilities([[0.4, 0.3, 0.2, 0.1]], [1, 0, 0, UNMATCHED], 3)
    np.testing.assert_allclose(read, [[0.5, 0.4, 0.0]])


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"0": "3", "2": 1, "1": None}, [3, UNMATCHED, 1]),
        (["3", 3, 1], [3, 3, 1]),
    ],
)
def test_a_file_made_by_hand(tmp_path, given, expected):
    path = tmp_path / "hand.json"
    path.write_text(json.dumps(given))
    assert read_matching(path, 3, [1, 3]).tolist() == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "hold JSON. Received: .*line 1"),
        ("7", "each value of the code, from 0 to 2. Received: 7"),
        ('{"0": 1, "5": 1}', "from 0 to 2. Received: nothing for 1, 2, something for 5"),
        ("[1, 1]", "Received: nothing for 2"),
        ("[1, 1, 1, 1]", "Received: something for 3"),
        ("[1, 1, 2]", "give value 2 one of the data's classes 1, 3, or null. Received: 2"),
        ('[1, 1, "three"]', "or null. Received: 'three'"),
        ("[1, 1, true]", "or null. Received: True"),
        ("[1, 1, 1.0]", "or null. Received: 1.0"),
        ("[null, null, null]", "to some value. Received: null for all"),
    ],
)
def test_a_file_that_is_no_matching(tmp_path, text, message):
    path = tmp_path / "hand.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=f"^{path} should .*{message}"):
        read_matching(path, 3, [1, 3])


def test_a_file_that_is_missing(tmp_path):
    with pytest.raises(OSError, match="missing.json cannot be read: No such file"):
        read_matching(tmp_path / "missing.json", 3, [1, 3])
