"""Tensors on the wire: `TensorProto` messages to NumPy arrays and back, by the C++ rules."""

import math
from collections.abc import Sequence
from typing import Any

import ml_dtypes
import numpy as np
import tensorflow as tf
from tensorflow.core.framework import tensor_pb2, types_pb2

from keras_infogan.serving.protocol import errors
from keras_infogan.serving.protocol.channel_options import MAXIMUM_MESSAGE_BYTES

# One value and a huge shape is a valid proto that repeats the value: a few bytes of request
# would allocate any amount of memory. No larger tensor fits a message with all its values.
MAXIMUM_TENSOR_BYTES = MAXIMUM_MESSAGE_BYTES
STRING_BYTES = 64  # of a string that is empty, in TensorFlow and as an object of Python's
MAXIMUM_RANK = 64  # NumPy's; TensorFlow has operations for 8

_VALUE_FIELDS: dict[int, str] = {
    types_pb2.DT_FLOAT: "float_val",
    types_pb2.DT_DOUBLE: "double_val",
    types_pb2.DT_INT64: "int64_val",
    types_pb2.DT_UINT32: "uint32_val",
    types_pb2.DT_UINT64: "uint64_val",
    types_pb2.DT_BOOL: "bool_val",
    types_pb2.DT_STRING: "string_val",
    types_pb2.DT_COMPLEX64: "scomplex_val",
    types_pb2.DT_COMPLEX128: "dcomplex_val",
    types_pb2.DT_HALF: "half_val",
    types_pb2.DT_BFLOAT16: "half_val",
}
_OTHER_VALUE_FIELD = "int_val"  # every narrower integer
# Those that NumPy reads as they stand; twenty times as fast as a parser for every case.
_PLAIN_VALUE_FIELDS: dict[int, tuple[str, np.dtype]] = {
    types_pb2.DT_FLOAT: ("float_val", np.dtype("<f4")),
    types_pb2.DT_DOUBLE: ("double_val", np.dtype("<f8")),
    types_pb2.DT_INT32: ("int_val", np.dtype("<i4")),
    types_pb2.DT_INT64: ("int64_val", np.dtype("<i8")),
}
PIECE_VALUES = 2**17
_PLAIN_RANK = 8  # what TensorFlow's operations go up to
_LENGTH_DELIMITED = 2  # protobuf's wire type of a packed field


def dtype_name(dtype: int) -> str:
    """Returns a data type as TensorFlow's C++ spells it in messages.

    Args:
        dtype: a `DataType` enum value.

    Returns:
        `"float"` for `DT_FLOAT`, `"int64"` for `DT_INT64` and so on.

    Examples:
        >>> dtype_name(types_pb2.DT_DOUBLE)
        'double'
    """
    if dtype not in types_pb2.DataType.values():
        return f"unknown dtype enum ({dtype})"
    return types_pb2.DataType.Name(dtype).removeprefix("DT_").lower()


def dtype_of(array: np.ndarray) -> int:
    """Returns the `DataType` enum value of an array; NumPy's objects are strings here.

    Examples:
        >>> dtype_of(np.float32([0.5])) == types_pb2.DT_FLOAT
        True
    """
    if array.dtype == object:
        return types_pb2.DT_STRING
    return tf.dtypes.as_dtype(array.dtype).as_datatype_enum


def sent_values(proto: tensor_pb2.TensorProto) -> int:
    """Returns how many values a proto has in the typed field of its dtype.

    Examples:
        >>> sent_values(tensor_pb2.TensorProto(dtype=types_pb2.DT_FLOAT, float_val=[0.5]))
        1
    """
    values = len(getattr(proto, _VALUE_FIELDS.get(proto.dtype, _OTHER_VALUE_FIELD)))
    is_complex = proto.dtype in (types_pb2.DT_COMPLEX64, types_pb2.DT_COMPLEX128)
    return values // 2 if is_complex else values


def to_array(alias: str, proto: tensor_pb2.TensorProto) -> np.ndarray:
    """Reads an array off a proto.

    Args:
        alias: the tensor's name, for the message.
        proto: typed value fields or `tensor_content`; a list of values shorter than the shape
            repeats its last, a longer one is cut.

    Returns:
        The array, of the proto's own dtype and shape; strings are an object array of bytes, a
        scalar has no dimension.

    Raises:
        StatusError: INVALID_ARGUMENT `tensor parsing error: ALIAS` for a message that holds no
            tensor.

    Examples:
        >>> to_array("seed", tf.make_tensor_proto([1, 2], tf.int64))
        array([1, 2])
    """
    shape = [dim.size for dim in proto.tensor_shape.dim]
    elements = math.prod(shape)
    if proto.dtype in _PLAIN_VALUE_FIELDS and 0 < len(shape) <= _PLAIN_RANK and min(shape) > 0:
        field, dtype = _PLAIN_VALUE_FIELDS[proto.dtype]
        if len(proto.tensor_content) == elements * dtype.itemsize:
            return np.frombuffer(proto.tensor_content, dtype).reshape(shape)
        values = getattr(proto, field)
        if len(values) == elements and not proto.tensor_content:
            return in_pieces(values, dtype).reshape(shape)
    return _parsed(alias, proto, elements)


def _parsed(alias: str, proto: tensor_pb2.TensorProto, elements: int) -> np.ndarray:
    """TensorFlow's own parser, for what is not plainly as many values as the shape says."""
    try:
        dtype = tf.dtypes.as_dtype(proto.dtype)
        size = dtype.size or STRING_BYTES  # of strings, resources and variants: objects
        is_too_large = elements * size > MAXIMUM_TENSOR_BYTES
        if is_too_large or len(proto.tensor_shape.dim) > MAXIMUM_RANK:
            raise errors.invalid_argument(f"tensor parsing error: {alias}")
        return as_array(tf.io.parse_tensor(proto.SerializeToString(), dtype).numpy())
    except (TypeError, ValueError, tf.errors.OpError) as error:
        raise errors.invalid_argument(f"tensor parsing error: {alias}") from error


def in_pieces(values: Sequence[Any], dtype: type[np.generic] | np.dtype) -> np.ndarray:
    """Returns an array of many values; between two pieces of them, other threads run.

    NumPy reads a list in one step, during which no other thread of Python does anything.

    Args:
        values: numbers, such as a repeated field or a list.
        dtype: of the array.

    Examples:
        >>> in_pieces([1, 2], np.int64)
        array([1, 2])
    """
    array = np.empty(len(values), dtype)
    for start in range(0, len(values), PIECE_VALUES):
        array[start : start + PIECE_VALUES] = values[start : start + PIECE_VALUES]
    return array


def as_array(value: np.ndarray | np.generic | bytes) -> np.ndarray:
    """Gives a scalar that TensorFlow returned the type that its tensors of any rank have.

    Args:
        value: what `Tensor.numpy` or a session returned; a scalar string is plain bytes.

    Returns:
        The array; strings are objects, because NumPy's own strings drop trailing zero bytes.
    """
    return np.array(value, object) if isinstance(value, bytes) else np.asarray(value)


def from_array(array: np.ndarray, dtype: int) -> tensor_pb2.TensorProto:
    """Writes an array into the typed field of its dtype, as TensorFlow Serving answers.

    Args:
        array: any shape; strings are an object array of bytes.
        dtype: the `DataType` enum value that the array has in the graph.

    Returns:
        The proto, with its shape, and with `float_val`, `int64_val`, ... rather than
        `tensor_content`.

    Examples:
        >>> from_array(np.float32([0.5]), types_pb2.DT_FLOAT).float_val
        [0.5]
    """
    proto = tensor_pb2.TensorProto()
    write(array, dtype, proto)
    return proto


def write(array: np.ndarray, dtype: int, proto: tensor_pb2.TensorProto) -> None:
    """Writes an array into an empty proto, as `from_array` does.

    Args:
        array: any shape; strings are an object array of bytes.
        dtype: the `DataType` enum value that the array has in the graph.
        proto: receives dtype, shape and values.
    """
    proto.dtype = dtype
    for size in array.shape:
        proto.tensor_shape.dim.add(size=size)
    field = _VALUE_FIELDS.get(dtype, _OTHER_VALUE_FIELD)
    if dtype in (types_pb2.DT_FLOAT, types_pb2.DT_DOUBLE):
        proto.MergeFromString(_packed(field, array))
    else:
        values = _wire_values(array.ravel(), dtype)
        for start in range(0, len(values), PIECE_VALUES):
            getattr(proto, field).extend(values[start : start + PIECE_VALUES].tolist())


def _packed(field: str, array: np.ndarray) -> bytes:
    """Encodes a repeated float field as protobuf does: its tag, its length, little-endian values.

    Appending floats one by one takes twenty times as long, and images are floats.
    """
    number = tensor_pb2.TensorProto.DESCRIPTOR.fields_by_name[field].number
    payload = array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes()
    header = bytearray([number << 3 | _LENGTH_DELIMITED])
    length = len(payload)
    while length > 0x7F:
        header.append(length & 0x7F | 0x80)
        length >>= 7
    header.append(length)
    return bytes(header) + payload


def _wire_values(flat: np.ndarray, dtype: int) -> np.ndarray:
    """Half floats travel as their bits; complex numbers as real, imaginary, real, ..."""
    if dtype in (types_pb2.DT_HALF, types_pb2.DT_BFLOAT16):
        return np.ascontiguousarray(flat).view(np.uint16)
    if dtype in (types_pb2.DT_COMPLEX64, types_pb2.DT_COMPLEX128):
        return np.ascontiguousarray(flat).view(flat.real.dtype)
    if flat.dtype in (ml_dtypes.int4, ml_dtypes.uint4):
        return flat.astype(np.int32)
    return flat
