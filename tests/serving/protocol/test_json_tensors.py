import base64
import json
import math

import grpc
import numpy as np
import pytest
from tensorflow.core.framework import types_pb2

from keras_infogan.serving.protocol import json_tensors, tensor_protos
from keras_infogan.serving.protocol.errors import StatusError
from keras_infogan.serving.protocol.json_values import LITERALS

FLOAT, INT64, STRING = types_pb2.DT_FLOAT, types_pb2.DT_INT64, types_pb2.DT_STRING


def array_of(value, dtype):
    return tensor_protos.to_array("x", json_tensors.parse(value, dtype))


@pytest.mark.parametrize(
    ("value", "dtype", "expected"),
    [
        (1, FLOAT, np.float32(1)),
        ([[1, 2.5], [3, 4]], FLOAT, np.float32([[1, 2.5], [3, 4]])),
        ([], FLOAT, np.zeros([0], np.float32)),
        ([3.4028235e38], FLOAT, np.finfo(np.float32).max.reshape(1)),
        ([[0.5, 1]] * 200_000, FLOAT, np.float32([[0.5, 1]] * 200_000)),
        ([7] * 300_000, types_pb2.DT_UINT8, np.full([300_000], 7, np.uint8)),
        ([[], []], INT64, np.zeros([2, 0], np.int64)),
        ([-(2**63), 2**63 - 1], INT64, np.array([-(2**63), 2**63 - 1])),
        ([2**64 - 1], types_pb2.DT_UINT64, np.array([2**64 - 1], np.uint64)),
        ([True, False], types_pb2.DT_BOOL, np.array([True, False])),
    ],
)
def test_values_become_tensors(value, dtype, expected):
    array = array_of(value, dtype)
    assert array.dtype == expected.dtype
    np.testing.assert_array_equal(array, expected)


def test_floats_may_be_infinite_or_no_number():
    array = array_of([LITERALS["Infinity"], LITERALS["-Infinity"], LITERALS["NaN"]], FLOAT)
    np.testing.assert_array_equal(array, np.float32([math.inf, -math.inf, math.nan]))


def test_strings_are_text_or_base64():
    value = ["é", {"b64": base64.b64encode(b"\x00\xff").decode()}]
    assert array_of(value, STRING).tolist() == ["é".encode(), b"\x00\xff"]


@pytest.mark.parametrize(
    ("value", "dtype", "message"),
    [
        (1.0, INT64, "JSON Value: 1.0 Type: Number is not of expected type: int64"),
        (True, INT64, "JSON Value: true Type: True is not of expected type: int64"),
        (2**63, INT64, "Type: Number is not of expected type: int64"),
        (300, types_pb2.DT_UINT8, "JSON Value: 300 Type: Number is not of expected type: uint8"),
        ("a", FLOAT, 'JSON Value: "a" Type: String is not of expected type: float'),
        (None, FLOAT, "JSON Value: null Type: Null is not of expected type: float"),
        (True, FLOAT, "JSON Value: true Type: True is not of expected type: float"),
        (1, STRING, "JSON Value: 1 Type: Number is not of expected type: string"),
        (1, types_pb2.DT_BOOL, "is not of expected type: bool"),
        ({"b64": "AA=="}, FLOAT, "Type: Object is not of expected type: float"),
        ({"a": 1}, STRING, 'JSON Value: {"a": 1} not formatted correctly for base64 data'),
        ({"b64": "***"}, STRING, "Unable to base64 decode"),
        (1e39, FLOAT, "Cannot convert JSON value: 1e+39 to float without loss of precision."),
        (2**24, FLOAT, "Cannot convert JSON value: 16777216 to float without loss"),
        ([[1, 2], [3]], FLOAT, "list at unexpected size: 1 at level: 1 expected size: 2"),
        ([1, [2]], FLOAT, "Encountered list at unexpected level: 1 expected < 1"),
        (json.loads("[" * 70 + "]" * 70), FLOAT, "list at unexpected level: 70 expected <= 64"),
        ([[1], 2], FLOAT, "JSON Value: 2 found at incorrect level: 2"),
    ],
)
def test_what_does_not_fit_is_refused(value, dtype, message):
    with pytest.raises(StatusError) as caught:
        json_tensors.parse(value, dtype)
    assert message in caught.value.message
    assert caught.value.code == grpc.StatusCode.INVALID_ARGUMENT


def test_a_dtype_that_json_cannot_hold_is_unimplemented():
    with pytest.raises(
        StatusError, match="Conversion of JSON Value: 1 to type: complex64"
    ) as error:
        json_tensors.parse([1], types_pb2.DT_COMPLEX64)
    assert error.value.http_status == 501
