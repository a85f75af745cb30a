import numpy as np
import pytest
import tensorflow as tf

from keras_infogan.serving.client import input_arrays


def test_a_value_for_one_image_becomes_a_row():
    assert input_arrays.rows_of("digit", 3, []).tolist() == [3]
    assert input_arrays.rows_of("style", [0.5, 1.0], [2]).tolist() == [[0.5, 1.0]]
    assert input_arrays.rows_of("style", [[0.5, 1.0]] * 3, [2]).shape == (3, 2)


def test_one_row_is_repeated_for_all():
    arrays = input_arrays.broadcast({"seed": np.array([7]), "digit": np.array([1, 2])})
    assert {name: array.tolist() for name, array in arrays.items()} == {
        "seed": [7, 7],
        "digit": [1, 2],
    }


@pytest.mark.parametrize("value", [3.0, 3, np.int8(3), [[3.0]]])
def test_a_cast_changes_no_value(value):
    cast = input_arrays.cast("digit", value, tf.int64)
    assert cast.dtype == np.int64
    assert cast.ravel().tolist() == [3]


def test_an_error_quotes_few_values():
    with pytest.raises(ValueError, match=r"Received: an array of shape \[100, 3\]"):
        input_arrays.cast("digit", np.full([100, 3], 0.5), tf.int64)
    with pytest.raises(ValueError, match=r"Received: an array of shape \[5, 5, 5\]"):
        input_arrays.rows_of("style", np.zeros([5, 5, 5]), [2])


def test_a_version_has_63_bits():
    assert input_arrays.checked_version(np.int64(0)) == 0
    with pytest.raises(ValueError, match="`version` should be at most 9223372036854775807"):
        input_arrays.checked_version(2**63)
