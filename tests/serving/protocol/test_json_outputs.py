import json

import numpy as np
import pytest
import tensorflow as tf
from tensorflow.core.framework import types_pb2

from keras_infogan.serving.protocol import json_outputs, json_tensors
from keras_infogan.serving.protocol.errors import StatusError


def written(array):
    return json_outputs.write(json_outputs.to_json("x", array))


def test_floats_arewritten_as_short_as_they_read_back():
    values = [0.1, 1.0, 1e-7, 16777216.0]
    for array in (np.float32(values), np.float64(values), np.float32([values, values]).T[:, 0]):
        assert json.loads(written(array)) == values
    assert json.loads(written(np.float16([0.1, 1.0]))) == [0.1, 1.0]
    assert json.loads(written(tf.constant([0.5, 1.0], tf.bfloat16).numpy())) == [0.5, 1.0]
    assert written(np.float32(0.1)) == b"0.1"


def test_every_float_reads_back_as_it_was():
    bits = np.random.default_rng(0).integers(0, 2**32, 10_000, np.uint32)
    array = bits.view(np.float32)
    array = array[np.isfinite(array)].reshape(-1, 1)
    np.testing.assert_array_equal(np.float32(json.loads(written(array))), array)


def test_what_is_no_number_iswritten_as_tensorflow_serving_does():
    array = np.float32([[0.1, np.nan], [np.inf, -np.inf]])
    assert written(array) == b"[[0.1,NaN],[Infinity,-Infinity]]"
    assert written(np.float32(np.nan)) == b"NaN"


@pytest.mark.parametrize("shape", [[0], [2, 0], [1, 2, 1]])
def test_a_tensor_reads_back_in_its_shape(shape):
    array = np.zeros(shape, np.float32)
    value = json.loads(written(array))
    assert np.shape(value) == array.shape
    assert [
        dim.size for dim in json_tensors.parse(value, types_pb2.DT_FLOAT).tensor_shape.dim
    ] == shape


def test_only_names_that_end_in_bytes_come_out_base64():
    array = np.array([[b"\x00\xff"]], object)
    assert json_outputs.to_json("image_bytes", array) == [[{"b64": "AP8="}]]
    assert json_outputs.to_json("text", np.array(["é".encode()], object)) == ["é"]


def test_complex_outputs_have_no_json():
    with pytest.raises(StatusError, match="Failed to write JSON value for tensor type: complex64"):
        json_outputs.to_json("x", np.complex64([1j]))
