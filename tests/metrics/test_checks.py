import numpy as np
import pytest
import tensorflow as tf

from keras_infogan.metrics.checks import feature_pair, finite_matrix


def test_floats_keep_their_dtype_and_integers_become_floats():
    assert finite_matrix("features", np.ones([2, 3], np.float32)).dtype == np.float32
    assert finite_matrix("features", [[1, 2]]).dtype == np.float64
    real, fake = feature_pair(np.ones([2, 3], np.float32), [[1, 2, 3]])
    assert (real.dtype, fake.dtype) == (np.float64, np.float64)


@pytest.mark.parametrize("values", [[1.0, 2.0], [], np.zeros([0, 3]), np.zeros([3, 0]), [[[1.0]]]])
def test_no_matrix(values):
    with pytest.raises(ValueError, match=r"`features` should be a matrix \[N, D\].*Received: "):
        finite_matrix("features", values)


def test_no_numbers():
    with pytest.raises(ValueError, match="`features` should be real numbers. Received: dtype <U1"):
        finite_matrix("features", [["a", "b"]])


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_rows_that_are_not_finite(value):
    features = np.zeros([4, 2])
    features[1:3, 0] = value
    with pytest.raises(ValueError, match="`real` should be finite. Received: .* in 2 of 4 rows"):
        finite_matrix("real", features)


def test_widths_that_differ():
    with pytest.raises(ValueError, match="of one width. Received: widths 2 and 3"):
        feature_pair([[1.0, 2.0]], [[1.0, 2.0, 3.0]])


@pytest.mark.parametrize("value", [1e308, -1e200])
def test_numbers_whose_squares_overflow_are_refused(value):
    with pytest.raises(ValueError, match=r"`features` should be at most 3.4e\+38 in size.* 1e\+"):
        finite_matrix("features", [[1.0, value]])


def test_bfloat16_features_become_float32():
    features = finite_matrix("features", tf.ones([2, 3], tf.bfloat16))
    assert features.dtype == np.float32
