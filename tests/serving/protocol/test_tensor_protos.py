import grpc
import numpy as np
import pytest
import tensorflow as tf
from tensorflow.core.framework import tensor_pb2, types_pb2

from keras_infogan.serving.protocol import tensor_protos
from keras_infogan.serving.protocol.errors import StatusError

NUMERIC = [
    tf.float32,
    tf.float64,
    tf.float16,
    tf.bfloat16,
    tf.int8,
    tf.int16,
    tf.int32,
    tf.int64,
    tf.uint8,
    tf.uint16,
    tf.uint32,
    tf.uint64,
    tf.bool,
    tf.complex64,
    tf.complex128,
]


@pytest.mark.parametrize("dtype", NUMERIC, ids=lambda dtype: dtype.name)
def test_every_dtype_makes_the_round_trip_in_its_typed_field(dtype):
    array = tf.cast(tf.constant([[0, 1, 2], [3, 4, 5]]), dtype).numpy()
    proto = tensor_protos.from_array(array, dtype.as_datatype_enum)
    assert not proto.tensor_content
    np.testing.assert_array_equal(tensor_protos.to_array("x", proto), array)


def test_strings_keep_every_byte():
    array = np.array([b"\x00\xff", b""], object)
    proto = tensor_protos.from_array(array, types_pb2.DT_STRING)
    assert list(proto.string_val) == [b"\x00\xff", b""]
    assert tensor_protos.to_array("x", proto).tolist() == [b"\x00\xff", b""]


def test_a_scalar_string_keeps_every_byte():
    array = tensor_protos.to_array("x", tf.make_tensor_proto(b"a\x00"))
    assert (array.shape, array.dtype, array.item()) == ((), object, b"a\x00")


@pytest.mark.parametrize("shape", [(), (0,), (2, 0)])
def test_scalars_and_empty_tensors_keep_their_shape(shape):
    proto = tensor_protos.from_array(np.zeros(shape, np.float32), types_pb2.DT_FLOAT)
    assert tensor_protos.to_array("x", proto).shape == shape


@pytest.mark.parametrize("size", [0, 1, 31, 32, 5000])
def test_floats_of_any_number_are_packed_as_protobuf_packs_them(size):
    array = np.linspace(-1.0, 1.0, size, dtype=np.float32)
    expected = tensor_pb2.TensorProto(
        dtype=types_pb2.DT_FLOAT, tensor_shape=tf.TensorShape([size]).as_proto(), float_val=array
    )
    assert tensor_protos.from_array(array, types_pb2.DT_FLOAT) == expected


def test_a_short_list_repeats_its_last_value_and_a_long_one_is_cut():
    shape = tf.TensorShape([3]).as_proto()
    short = tensor_pb2.TensorProto(dtype=1, tensor_shape=shape, float_val=[1.0, 2.0])
    long = tensor_pb2.TensorProto(dtype=1, tensor_shape=shape, float_val=[1, 2, 3, 4])
    assert tensor_protos.to_array("x", short).tolist() == [1.0, 2.0, 2.0]
    assert tensor_protos.to_array("x", long).tolist() == [1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    "proto",
    [
        tensor_pb2.TensorProto(),
        tensor_pb2.TensorProto(dtype=99),
        tensor_pb2.TensorProto(dtype=types_pb2.DT_FLOAT, tensor_content=b"abc"),
        tensor_pb2.TensorProto(
            dtype=types_pb2.DT_FLOAT, tensor_shape=tf.TensorShape([None]).as_proto()
        ),
        tensor_pb2.TensorProto(
            dtype=types_pb2.DT_FLOAT,
            tensor_shape=tf.TensorShape([2**20, 2**20]).as_proto(),
            float_val=[1.0],
        ),
        tensor_pb2.TensorProto(
            dtype=types_pb2.DT_FLOAT,
            tensor_shape=tf.TensorShape([1] * 70).as_proto(),
            float_val=[1.0],
        ),
    ],
    ids=[
        "no dtype",
        "unknown dtype",
        "bad content",
        "unknown size",
        "a terabyte from one value",
        "rank 70",
    ],
)
def test_what_holds_no_tensor_is_a_parsing_error(proto):
    with pytest.raises(StatusError, match="^tensor parsing error: x$") as caught:
        tensor_protos.to_array("x", proto)
    assert caught.value.code == grpc.StatusCode.INVALID_ARGUMENT


@pytest.mark.parametrize(
    ("dtype", "name"),
    [
        (types_pb2.DT_FLOAT, "float"),
        (types_pb2.DT_DOUBLE, "double"),
        (types_pb2.DT_INT64, "int64"),
        (types_pb2.DT_STRING, "string"),
        (types_pb2.DT_HALF, "half"),
    ],
)
def test_dtypes_are_named_as_in_cpp(dtype, name):
    assert tensor_protos.dtype_name(dtype) == name
