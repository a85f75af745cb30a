import math

import numpy as np
import pytest

from keras_infogan.metrics import clustering_scores, confusion


def test_a_renamed_partition_is_perfect():
    assert clustering_scores([0, 0, 1, 1, 2], [7, 7, 3, 3, 5]) == pytest.approx((1, 1, 1, 1))


def test_by_hand():
    # Counts, classes down and codes across: [[2, 1], [0, 3]].
    scores = clustering_scores([0, 0, 0, 1, 1, 1], [0, 0, 1, 1, 1, 1])
    assert scores.code_accuracy == pytest.approx(5 / 6)
    assert scores.majority_accuracy == pytest.approx(5 / 6)
    label_entropy = math.log(2.0)
    code_entropy = -(math.log(1 / 3) / 3 + 2 * math.log(2 / 3) / 3)
    joint_entropy = -(math.log(1 / 3) / 3 + math.log(1 / 6) / 6 + math.log(1 / 2) / 2)
    information = label_entropy + code_entropy - joint_entropy
    assert scores.nmi == pytest.approx(information / ((label_entropy + code_entropy) / 2))
    # Pairs: 1 + 0 + 0 + 3 within cells, 3 + 3 within classes, 1 + 6 within codes, of 15.
    expected = 6 * 7 / 15
    assert scores.ari == pytest.approx((4 - expected) / ((6 + 7) / 2 - expected))


def test_matching_is_one_to_one_and_majority_is_not():
    # Both codes stand for class 0 in the majority vote; only one may in a matching.
    scores = clustering_scores([0, 0, 0, 0, 0, 1], [0, 0, 0, 1, 1, 1])
    assert scores.majority_accuracy == pytest.approx(5 / 6)
    assert scores.code_accuracy == pytest.approx(4 / 6)


def test_the_best_matching_is_not_the_greedy_one():
    # [[3, 2], [2, 0]]: greedy takes 3 + 0, the best is 2 + 2.
    scores = clustering_scores([0] * 5 + [1] * 2, [0, 0, 0, 1, 1, 0, 0])
    assert scores.code_accuracy == pytest.approx(4 / 7)


def test_more_codes_than_classes():
    scores = clustering_scores([0, 0, 1, 1], [0, 1, 2, 3])
    assert scores.code_accuracy == pytest.approx(0.5)
    assert scores.majority_accuracy == pytest.approx(1.0)


def test_fewer_codes_than_classes():
    scores = clustering_scores([0, 1, 2, 3], [0, 0, 0, 0])
    assert scores == pytest.approx((0.25, 0.25, 0.0, 0.0))


def test_independent_codes_have_no_information():
    generator = np.random.default_rng(0)
    labels, codes = generator.integers(0, 10, [2, 20_000])
    scores = clustering_scores(labels, codes)
    assert scores.nmi == pytest.approx(0.0, abs=0.005)
    assert scores.ari == pytest.approx(0.0, abs=0.005)
    assert scores.code_accuracy == pytest.approx(0.1, abs=0.02)


@pytest.mark.parametrize(
    ("labels", "codes"), [([0, 1], [0]), ([], []), ([[0, 1]], [[0, 1]]), (0, 0)]
)
def test_rows_of_other_shapes(labels, codes):
    with pytest.raises(ValueError, match="two rows of the same length. Received: shapes"):
        clustering_scores(labels, codes)


def test_confusion_puts_matched_values_first():
    labels = np.repeat([0, 1, 2], [4, 3, 2])
    codes = np.array([9, 9, 9, 5, 5, 5, 7, 7, 7])
    seen = confusion(labels, codes)
    assert seen.classes.tolist() == [0, 1, 2]
    assert seen.values.tolist() == [9, 5, 7]
    assert seen.counts.tolist() == [[3, 1, 0], [0, 2, 1], [0, 0, 2]]
    assert seen.value_of_class == [9, 5, 7]
    assert seen.accuracy_of_class == pytest.approx([3 / 4, 2 / 3, 1.0])
    assert seen.counts.trace() / 9 == clustering_scores(labels, codes).code_accuracy


def test_confusion_of_more_classes_than_values_and_of_fewer():
    seen = confusion([0, 0, 1, 2], [3, 3, 3, 4])
    assert seen.value_of_class == [3, None, 4]
    assert seen.accuracy_of_class.tolist() == [1.0, 0.0, 1.0]
    seen = confusion([5, 5, 5], [1, 2, 2])
    assert (seen.values.tolist(), seen.counts.tolist()) == ([2, 1], [[2, 1]])


def test_labels_that_are_nan_are_refused():
    labels = np.array([0.0, 1.0, np.nan, np.nan])
    with pytest.raises(ValueError, match="Labels should be classes.* Received: 2 .* in 4$"):
        clustering_scores(labels, [0, 1, 2, 3])
    with pytest.raises(ValueError, match="Codes should be classes.* Received: 2 .* in 4$"):
        confusion([0, 1, 2, 3], labels)


@pytest.mark.parametrize("score", [clustering_scores, confusion])
@pytest.mark.parametrize("missing", [None, float("nan"), np.datetime64("NaT")])
def test_missing_classes_are_refused(score, missing):
    broken, whole = np.array(["a", missing, "b"], object), [0, 1, 1]
    with pytest.raises(ValueError, match="Labels should be classes, .* 1 such values in 3"):
        score(broken, whole)
    with pytest.raises(ValueError, match="Codes should be classes, .* 1 such values in 3"):
        score(whole, broken)


def test_classes_of_two_kinds_are_refused():
    with pytest.raises(ValueError, match="Labels should be all numbers or all text"):
        clustering_scores(np.array(["a", 1], object), [0, 1])


def test_text_and_objects_are_classes():
    found = confusion(np.array(["x", "x", "y"], object), ["b", "b", "a"])
    assert found.value_of_class == ["b", "a"]
    assert confusion([0, 0, 1], np.array([7, 7, 3], object)).value_of_class == [7, 3]
    assert confusion([0, 1], [1.5, 0.5]).value_of_class == [1.5, 0.5]
