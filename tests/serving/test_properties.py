"""Properties that hold for every tensor and every JSON body, next to the fuzzers."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from tensorflow.core.framework import types_pb2

from keras_infogan.serving.protocol import (
    json_bodies,
    json_examples,
    json_outputs,
    json_tensors,
    tensor_protos,
)
from keras_infogan.serving.protocol.errors import StatusError

DETERMINISTIC = settings(derandomize=True, deadline=None, max_examples=100, database=None)
DTYPES = [np.float32, np.float64, np.int8, np.int32, np.int64, np.uint8, np.uint32, np.uint64]
SHAPES = arrays.array_shapes(min_dims=0, max_dims=4, min_side=1, max_side=4)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
BODIES = st.dictionaries(
    st.sampled_from(["instances", "inputs", "signature_name", "examples", "context"]), JSON
)


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_proto_holds_its_array(dtype):
    @DETERMINISTIC
    @given(arrays.arrays(dtype, SHAPES))
    def check(array):
        proto = tensor_protos.from_array(array, tensor_protos.dtype_of(array))
        found = tensor_protos.to_array("x", proto)
        assert found.dtype == array.dtype
        np.testing.assert_array_equal(found, array)

    check()


@pytest.mark.parametrize("dtype", [np.float32, np.int8, np.int32, np.int64, np.uint8, np.uint64])
def test_json_holds_its_array(dtype):
    # Integers stand for floats only up to 2**24, and the JSON of 1e30 is a float.
    @DETERMINISTIC
    @given(arrays.arrays(dtype, SHAPES))
    def check(array):
        body = json_outputs.write({"x": json_outputs.to_json("x", array)})
        written = json_bodies.parse_body(body)["x"]
        proto = json_tensors.parse(written, tensor_protos.dtype_of(array))
        np.testing.assert_array_equal(tensor_protos.to_array("x", proto), array)

    check()


@DETERMINISTIC
@given(BODIES)
def test_a_json_body_is_read_or_refused(body):
    dtypes = {"x": types_pb2.DT_FLOAT}
    readers = (
        json_bodies.signature_name,
        lambda document: json_bodies.parse_inputs(document, dtypes),
        lambda document: json_bodies.parse_inputs(document, {**dtypes, "n": types_pb2.DT_INT64}),
        json_examples.parse_input,
    )
    for reader in readers:
        try:
            reader(json_bodies.parse_body(json.dumps(body).encode()))
        except StatusError as error:
            assert error.http_status == 400


@DETERMINISTIC
@given(st.binary(max_size=64))
def test_a_body_of_any_bytes_is_read_or_refused(body):
    try:
        assert isinstance(json_bodies.parse_body(body), dict)
    except StatusError as error:
        assert error.http_status == 400
