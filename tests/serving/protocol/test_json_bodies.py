import json
import math

import numpy as np
import pytest
import tensorflow as tf
from tensorflow.core.framework import types_pb2

from keras_infogan.serving.protocol import json_bodies, tensor_protos
from keras_infogan.serving.protocol.errors import StatusError

ONE = {"seed": types_pb2.DT_INT64}
TWO = {"seed": types_pb2.DT_INT64, "style": types_pb2.DT_FLOAT}


def arrays(document, dtypes):
    tensors, rows = json_bodies.parse_inputs(document, dtypes)
    return {name: tensor_protos.to_array(name, t).tolist() for name, t in tensors.items()}, rows


@pytest.mark.parametrize(
    ("document", "dtypes", "expected", "rows"),
    [
        ({"instances": [1, 2]}, ONE, {"seed": [1, 2]}, True),
        ({"instances": [{"seed": 1}, {"seed": 2}]}, ONE, {"seed": [1, 2]}, True),
        ({"inputs": [1, 2]}, ONE, {"seed": [1, 2]}, False),
        ({"inputs": {"seed": [1, 2]}}, ONE, {"seed": [1, 2]}, False),
        (
            {"instances": [{"seed": 1, "style": [0.5]}, {"style": [1], "seed": 2}]},
            TWO,
            {"seed": [1, 2], "style": [[0.5], [1.0]]},
            True,
        ),
        ({"inputs": {"seed": 1, "style": 2}}, TWO, {"seed": 1, "style": 2.0}, False),
    ],
)
def test_rows_and_columns(document, dtypes, expected, rows):
    assert arrays(document, dtypes) == (expected, rows)


@pytest.mark.parametrize(
    ("document", "dtypes", "message"),
    [
        ({}, ONE, "Missing 'inputs' or 'instances' key"),
        ({"inputs": 1, "instances": [1]}, ONE, "expecting only one of 'inputs' or 'instances'"),
        ({"instances": 1}, ONE, "Excepting 'instances' to be an list/array"),
        ({"instances": []}, ONE, "No values in 'instances' array"),
        ({"instances": [1]}, TWO, "instances is a plain list, but expecting list of objects"),
        ({"instances": [{"seed": 1}]}, TWO, "keys must be equal to: seed,style"),
        ({"instances": [{"z": 1}]}, ONE, "keys must be equal to: seed"),
        ({"instances": [{"seed": 1}, 2]}, ONE, "Expecting object but got list at item 1"),
        ({"instances": [1, {"seed": 1}]}, ONE, "Expecting value/list but got object at item 1"),
        ({"inputs": [1]}, TWO, "inputs is a plain value/list, but expecting an object"),
        ({"inputs": {"seed": [1]}}, TWO, "Missing named input: style in 'inputs' object."),
        ({"instances": [{"b64": "AA=="}]}, ONE, "is not of expected type: int64"),
    ],
)
def test_what_does_not_fit_is_refused(document, dtypes, message):
    with pytest.raises(StatusError) as caught:
        json_bodies.parse_inputs(document, dtypes)
    assert message in caught.value.message
    assert caught.value.http_status == 400


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "JSON Parse error: The document is empty"),
        (b'{"a"', "JSON Parse error: .* at offset: 4"),
        (b"\xff\xfe\xfd", "JSON Parse error: "),
        (b"[" * 100_000, "JSON Parse error: "),
        (b"1" * 5000, "JSON Parse error: "),
        (b"[1]", r"JSON Value: \[1\] Is not object"),
    ],
)
def test_a_body_must_be_an_object(body, message):
    with pytest.raises(StatusError, match=f"^{message}"):
        json_bodies.parse_body(body)


def test_the_signature_s_name_is_a_string():
    assert json_bodies.signature_name({}) == ""
    with pytest.raises(StatusError, match="'signature_name' key must be a string value."):
        json_bodies.signature_name({"signature_name": 1})


def test_one_output_stands_without_its_name():
    outputs = {"logit": np.float32([0.5, np.nan])}
    assert json_bodies.format_outputs(outputs, rows=True) == b'{"predictions":[0.5,NaN]}'
    assert json_bodies.format_outputs(outputs, rows=False) == b'{"outputs":[0.5,NaN]}'


def test_several_outputs_are_objects():
    outputs = {"b": np.array([[1], [2]]), "a": np.array([3, 4])}
    rows = json.loads(json_bodies.format_outputs(outputs, rows=True))
    assert rows == {"predictions": [{"a": 3, "b": [1]}, {"a": 4, "b": [2]}]}
    columns = json.loads(json_bodies.format_outputs(outputs, rows=False))
    assert columns == {"outputs": {"a": [3, 4], "b": [[1], [2]]}}
    outputs = {"c": np.float32([0.1, np.inf]), "d": np.float32([[0.2], [np.nan]])}
    assert json_bodies.format_outputs(outputs, rows=True) == (
        b'{"predictions":[{"c":0.1,"d":[0.2]},{"c":Infinity,"d":[NaN]}]}'
    )


@pytest.mark.parametrize(
    ("outputs", "message"),
    [
        ({"a": np.array(1)}, "Tensor name: a has no shape information "),
        (
            {"a": np.array([1]), "b": np.array([1, 2])},
            "Tensor name: b has inconsistent batch size: 2 expecting: 1",
        ),
    ],
)
def test_rows_need_one_batch_size(outputs, message):
    with pytest.raises(StatusError, match=message):
        json_bodies.format_outputs(outputs, rows=True)
    assert json_bodies.format_outputs(outputs, rows=False)


@pytest.mark.parametrize("number", ["1e999", "-1e999", "1" + "0" * 400 + ".0"])
@pytest.mark.parametrize("dtype", [types_pb2.DT_FLOAT, types_pb2.DT_DOUBLE])
def test_a_number_too_large_for_a_float_is_no_infinity(number, dtype):
    document = json_bodies.parse_body(f'{{"instances": [0.5, {number}]}}'.encode())
    with pytest.raises(StatusError, match="Number too big to be stored in double"):
        json_bodies.parse_inputs(document, {"x": dtype})


def test_infinities_and_nan_are_literals():
    document = json_bodies.parse_body(b'{"instances": [Infinity, -Infinity, NaN, 1e-999]}')
    inputs, _ = json_bodies.parse_inputs(document, {"x": types_pb2.DT_FLOAT})
    values = tf.make_ndarray(inputs["x"])
    assert values[:2].tolist() == [math.inf, -math.inf]
    assert math.isnan(values[2]) and values[3] == 0.0
