"""NumPy rows as Arrow columns, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa


def vector_type(size: int) -> pa.DataType:
    """The type of a column that holds `size` float32 numbers per row."""
    return pa.list_(pa.float32(), size)


def schema_of(fields: Sequence[pa.Field], metadata: Mapping[str, str] | None = None) -> pa.Schema:
    """A schema of columns with different names.

    Raises:
        ValueError: two columns with the same name.
    """
    names = [field.name for field in fields]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(
            f"A code should not have the name of another column. Received: {', '.join(twice)}"
        )
    return pa.schema(fields, metadata)


def column(values: np.ndarray, kind: pa.DataType) -> pa.Array:
    """An Arrow column of rows.

    Args:
        values: [N] of ints, [N, d] of floats, or uint8 [N, ...] where `kind` is fixed-size binary.
        kind: the column's type.

    Examples:
        >>> column(np.zeros([3, 2], np.float32), vector_type(2)).to_pylist()[0]
        [0.0, 0.0]
    """
    if pa.types.is_fixed_size_list(kind):
        flat = pa.array(values.reshape(-1), kind.value_type)
        return pa.FixedSizeListArray.from_arrays(flat, type=kind)
    if pa.types.is_fixed_size_binary(kind):
        pixels = pa.py_buffer(np.ascontiguousarray(values))
        return pa.FixedSizeBinaryArray.from_buffers(kind, len(values), [None, pixels])
    return pa.array(values, kind)


def batch_of(rows: Mapping[str, np.ndarray | pa.Array], schema: pa.Schema) -> pa.RecordBatch:
    """A record batch of columns by name, in the order of the schema."""
    columns = [
        rows[field.name]
        if isinstance(rows[field.name], pa.Array)
        else column(rows[field.name], field.type)
        for field in schema
    ]
    return pa.record_batch(columns, schema=schema)


def rows_of(array: pa.Array) -> np.ndarray:
    """A column's values: [N] of numbers, [N, d] of a fixed-size list's, [N, size] of bytes."""
    if pa.types.is_fixed_size_list(array.type):
        return array.flatten().to_numpy().reshape(len(array), array.type.list_size)
    if pa.types.is_fixed_size_binary(array.type):
        width = array.type.byte_width
        data = np.frombuffer(array.buffers()[1], np.uint8)
        return data[array.offset * width :][: len(array) * width].reshape(len(array), width)
    return array.to_numpy(zero_copy_only=False)
