"""JSON values to tensors, by the rules of TensorFlow Serving's REST API."""

from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np
from tensorflow.core.framework import tensor_pb2, types_pb2

from keras_infogan.serving.protocol import json_values, tensor_protos
from keras_infogan.serving.protocol.errors import StatusError, invalid_argument, unimplemented
from keras_infogan.serving.protocol.json_values import quoted, wrong_type

_FLOATS: dict[int, type[np.floating]] = {
    types_pb2.DT_FLOAT: np.float32,
    types_pb2.DT_DOUBLE: np.float64,
}
_INTEGERS: dict[int, type[np.integer]] = {
    types_pb2.DT_INT8: np.int8,
    types_pb2.DT_INT16: np.int16,
    types_pb2.DT_INT32: np.int32,
    types_pb2.DT_INT64: np.int64,
    types_pb2.DT_UINT8: np.uint8,
    types_pb2.DT_UINT16: np.uint16,
    types_pb2.DT_UINT32: np.uint32,
    types_pb2.DT_UINT64: np.uint64,
}
# The first integer that a float cannot hold exactly is refused, not rounded.
_EXACT_INTEGERS = {
    types_pb2.DT_FLOAT: 2**24,
    types_pb2.DT_DOUBLE: 2**53,
}


def parse(value: Any, dtype: int) -> tensor_pb2.TensorProto:
    """Reads a tensor off a JSON value.

    Args:
        value: a scalar or nested lists; floats accept integers, integers refuse `1.0`, and
            strings accept `{"b64": ...}`.
        dtype: the `DataType` enum value to give it.

    Returns:
        The tensor.

    Raises:
        StatusError: INVALID_ARGUMENT for ragged lists or values of another type, UNIMPLEMENTED
            for a dtype that JSON cannot hold.

    Examples:
        >>> tf.make_ndarray(parse([[1, 2.5]], types_pb2.DT_FLOAT)).tolist()
        [[1.0, 2.5]]
    """
    shape = _shape(value)
    if len(shape) > tensor_protos.MAXIMUM_RANK:
        raise invalid_argument(
            f"Encountered list at unexpected level: {len(shape)} "
            f"expected <= {tensor_protos.MAXIMUM_RANK}"
        )
    array = to_array(_flatten(value, shape), dtype).reshape(shape)
    if dtype == types_pb2.DT_STRING:
        return tensor_protos.from_array(array, dtype)
    # As it lies in memory: a typed field of millions of numbers is written and read one by one.
    proto = tensor_pb2.TensorProto(dtype=dtype, tensor_content=array.tobytes())
    for size in shape:
        proto.tensor_shape.dim.add(size=size)
    return proto


def to_array(flat: list[Any], dtype: int) -> np.ndarray:
    """Returns JSON values as an array of one dimension.

    Args:
        flat: the values.
        dtype: the `DataType` enum value to give it.

    Raises:
        StatusError: INVALID_ARGUMENT for values of another type, UNIMPLEMENTED for a dtype that
            JSON cannot hold.
    """
    if dtype in _FLOATS:
        return _to_floats(flat, dtype)
    if dtype in _INTEGERS:
        return _to_integers(flat, dtype)
    if dtype == types_pb2.DT_BOOL:
        return np.array([_typed(value, bool, dtype) for value in flat], np.bool_)
    if dtype == types_pb2.DT_STRING:
        return np.array([*map(json_values.to_bytes, flat), None], object)[:-1]
    raise unimplemented(
        f"Conversion of JSON Value: {quoted(flat[0] if flat else [])} "
        f"to type: {tensor_protos.dtype_name(dtype)}"
    )


def _shape(value: Any) -> list[int]:
    """The first element of each level decides; `_check_regular` holds the others to it."""
    shape = []
    while isinstance(value, list):
        shape.append(len(value))
        if not value:
            break
        value = value[0]
    return shape


def _flatten(value: Any, shape: Sequence[int]) -> list[Any]:
    """The scalars of nested lists, level by level: a call a list takes four times as long."""
    flat = [value]
    for size in shape:
        if _types(flat) != {list} or set(map(len, flat)) != {size}:
            _check_regular(value, shape, 0)
        flat = list(chain.from_iterable(flat))
    if list in _types(flat):
        _check_regular(value, shape, 0)
    return flat


def _types(values: list[Any]) -> set[type]:
    """The types of values, a piece at a time: between two pieces, other threads run."""
    types: set[type] = set()
    for start in range(0, len(values), tensor_protos.PIECE_VALUES):
        types.update(map(type, values[start : start + tensor_protos.PIECE_VALUES]))
    return types


def _check_regular(value: Any, shape: Sequence[int], level: int) -> None:
    """Refuses the first list, or the first value in place of one, that the shape does not have."""
    if not isinstance(value, list):
        if level != len(shape):
            raise invalid_argument(
                f"JSON Value: {quoted(value)} found at incorrect level: {level + 1} "
                f"in the JSON DOM. Expected at level: {len(shape)}"
            )
        return
    if level >= len(shape):
        raise invalid_argument(
            f"Encountered list at unexpected level: {level} expected < {len(shape)}"
        )
    if len(value) != shape[level]:
        raise invalid_argument(
            f"Encountered list at unexpected size: {len(value)} at level: {level} "
            f"expected size: {shape[level]}"
        )
    for item in value:
        _check_regular(item, shape, level + 1)


def _to_floats(flat: list[Any], dtype: int) -> np.ndarray:
    for value in flat:
        if type(value) is int:
            if abs(value) >= _EXACT_INTEGERS[dtype]:
                raise _lossy(value, dtype)
        elif type(value) is not float:
            raise wrong_type(value, dtype)
    wide = tensor_protos.in_pieces(flat, np.float64)
    if not all(json_values.is_literal(flat[index]) for index in np.flatnonzero(np.isinf(wide))):
        raise invalid_argument("JSON Parse error: Number too big to be stored in double.")
    with np.errstate(over="ignore"):
        narrow = wide.astype(_FLOATS[dtype])
    # The largest float32 is written as 3.4028235e+38: a little more, and rounded to it again.
    outside = np.isfinite(wide) & ~np.isfinite(narrow)
    if outside.any():
        raise _lossy(flat[int(np.argmax(outside))], dtype)
    return narrow


def _to_integers(flat: list[Any], dtype: int) -> np.ndarray:
    limits = np.iinfo(_INTEGERS[dtype])
    for value in flat:
        if type(value) is not int or not int(limits.min) <= value <= int(limits.max):
            raise wrong_type(value, dtype)
    return tensor_protos.in_pieces(flat, _INTEGERS[dtype])


def _typed(value: Any, expected: type, dtype: int) -> Any:
    if type(value) is not expected:
        raise wrong_type(value, dtype)
    return value


def _lossy(value: Any, dtype: int) -> StatusError:
    return invalid_argument(
        f"Cannot convert JSON value: {quoted(value)} to {tensor_protos.dtype_name(dtype)} "
        "without loss of precision."
    )
