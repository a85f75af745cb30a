import numpy as np
import pytest

from keras_infogan.runtime.label_arrays import described_labels, label_array


def test_lists_of_several_lengths_are_no_array():
    np.testing.assert_array_equal(label_array([3, 11]), [3, 11])
    assert label_array([[1], [2, 3]]).shape == ()


@pytest.mark.parametrize(
    ("labels", "description"),
    [
        (None, "None"),
        (np.array([[4, 2]], np.uint8), "uint8 [1, 2], from 2 to 4"),
        (np.array([], np.int32), "int32 [0]"),
        ([0.5], "float64 [1]"),
        ([[1], [2, 3]], "object []"),
    ],
)
def test_a_description(labels, description):
    assert described_labels(labels) == description
