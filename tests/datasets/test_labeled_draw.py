import numpy as np
import pytest

from keras_infogan.datasets import draw_labeled

LABELS = np.array([0, 1, 0, 1, 2, 2, 0, 1, 2, 0])


def test_each_class_has_its_number():
    rows = draw_labeled(LABELS, 3, seed=0)
    assert LABELS[rows].tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert len(set(rows.tolist())) == 9


def test_draws_of_a_seed_hold_each_other_and_others_differ():
    few, more = draw_labeled(LABELS, 1, seed=[0, 1]), draw_labeled(LABELS, 2, seed=[0, 1])
    assert set(few) < set(more)
    drawn = {tuple(draw_labeled(LABELS, 1, seed=[0, draw])) for draw in range(8)}
    assert len(drawn) > 1


@pytest.mark.parametrize(
    ("labels", "per_class", "message"),
    [
        (LABELS, 4, "from 1 to 3, the images of class 1. Received: per_class=4"),
        (LABELS, 0, "Received: per_class=0"),
        ([3, 3], 1, r"two classes at least. Received: \[3\]"),
    ],
)
def test_what_cannot_be_drawn(labels, per_class, message):
    with pytest.raises(ValueError, match=message):
        draw_labeled(labels, per_class)
