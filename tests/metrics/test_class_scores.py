import numpy as np
import pytest

from keras_infogan.metrics import inception_score, mode_coverage


def one_hot(labels, count):
    return np.eye(count)[labels]


@pytest.mark.parametrize("count", [2, 10, 100])
def test_even_one_hot_answers_score_the_number_of_classes(count):
    probabilities = np.tile(np.eye(count), [4, 1])
    assert inception_score(probabilities, splits=4) == pytest.approx((count, 0))


@pytest.mark.parametrize("answer", [[1.0, 0.0, 0.0], [0.2, 0.5, 0.3]])
def test_constant_answers_score_one(answer):
    assert inception_score(np.tile(answer, [20, 1]), splits=5) == pytest.approx((1, 0))


def test_inception_score_by_hand():
    # p(y) = (0.5, 0.5); KL = 0.75 ln 1.5 + 0.25 ln 0.5 of either row.
    divergence = 0.75 * np.log(1.5) + 0.25 * np.log(0.5)
    score = inception_score([[0.75, 0.25], [0.25, 0.75]], splits=1)
    assert score == pytest.approx((np.exp(divergence), 0))


def test_splits_follow_each_other():
    # The first split is even over two classes, the second is constant.
    probabilities = one_hot([0, 1, 0, 1, 1, 1, 1, 1], 2)
    assert inception_score(probabilities, splits=2) == pytest.approx((1.5, 0.5))
    uneven = one_hot([0, 1, 0, 1, 1], 2)  # of 3 and 2 rows
    assert 1 < inception_score(uneven, splits=2).mean < 2


def test_float16_probabilities_are_taken_as_they_are():
    probabilities = np.full([8, 10], 0.1, np.float16)
    assert inception_score(probabilities, splits=2).mean == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("splits", [0, 6])
def test_more_splits_than_images(splits):
    with pytest.raises(ValueError, match=f"Received: splits={splits} with 5 images"):
        inception_score(np.full([5, 2], 0.5), splits=splits)


@pytest.mark.parametrize("row", [[0.5, 0.6], [1.5, -0.5], [0.0, 0.0]])
def test_rows_that_are_no_probabilities(row):
    with pytest.raises(ValueError, match="rows of probabilities that sum to 1. Received: values"):
        inception_score([row], splits=1)


def test_probabilities_that_are_nan():
    with pytest.raises(ValueError, match="`probabilities` should be finite"):
        inception_score([[np.nan, 1.0]], splits=1)


def test_all_modes_evenly():
    assert mode_coverage(np.arange(20) % 10, 10) == pytest.approx((10, 0))


def test_modes_by_hand():
    # (1/2, 1/4, 1/4, 0) against 1/4 each: ln 2 / 2.
    assert mode_coverage([0, 0, 1, 2], 4) == pytest.approx((3, np.log(2) / 2))
    # Against (1/2, 1/2, 0): 1/4 ln(1/2) + 3/4 ln(3/2).
    modes = mode_coverage([0, 1, 1, 1], 3, reference_labels=[0, 1])
    assert modes == pytest.approx((2, np.log(0.5) / 4 + 3 * np.log(1.5) / 4))


def test_one_class_only():
    assert mode_coverage([3, 3, 3], 10) == pytest.approx((1, np.log(10)))
    assert mode_coverage([3, 3, 3], 10, [3]) == (1, 0)
    assert mode_coverage([0], 1) == (1, 0)


def test_a_class_that_the_reference_lacks():
    assert mode_coverage([0, 1], 3, [0, 0]) == (2, np.inf)


@pytest.mark.parametrize("labels", [[], [0.0, 1.0], [[0, 1]], 0])
def test_labels_that_are_no_row_of_integers(labels):
    with pytest.raises(ValueError, match="`labels` should be a row of at least one integer"):
        mode_coverage(labels, 3)


@pytest.mark.parametrize("label", [-1, 3])
def test_labels_out_of_range(label):
    with pytest.raises(ValueError, match="`reference_labels` should be from 0 to 2. Received"):
        mode_coverage([0], 3, [0, label])


def test_counts_that_are_no_ints_are_refused():
    with pytest.raises(ValueError, match=r"`splits` should be an int from 1 .*: splits=2.0"):
        inception_score(np.eye(5), splits=2.0)
    with pytest.raises(ValueError, match="`class_count` should be an int of at least 1"):
        mode_coverage([0, 1], class_count=2.0)
