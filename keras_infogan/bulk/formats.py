"""Rows as Parquet or TFRecord files: equal rows make equal bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import tensorflow as tf

ROW_GROUP_BYTES = 8 * 2**20  # of rows in memory, before compression


def write_parquet(path: Path, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> None:
    """Writes one Parquet file, zstd-compressed, in row groups of about 8 MiB of rows.

    Args:
        path: the file.
        schema: of every batch; its metadata is kept in the file.
        batches: the rows; at most one row group of them is in memory.

    Raises:
        OSError: the file cannot be written.
    """
    # Pixels and floats repeat too seldom for a dictionary, and readers do not need their extremes.
    scalars = [field.name for field in schema if pa.types.is_integer(field.type)]
    with pq.ParquetWriter(
        path,
        schema,
        compression="zstd",
        compression_level=1,
        use_dictionary=scalars,
        write_statistics=scalars,
    ) as writer:
        for table in _row_groups(schema, batches):
            writer.write_table(table, row_group_size=len(table))


def write_tfrecord(path: Path, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> None:
    """Writes one TFRecord file of a `tf.train.Example` per row.

    A feature per column: ints as int64, floats and lists of them as floats, strings (UTF-8) and
    bytes as bytes.

    Args:
        path: the file.
        schema: of every batch.
        batches: the rows.

    Raises:
        OSError: the file cannot be written.
    """
    features = {field.name: _feature(field.type) for field in schema}
    try:
        with tf.io.TFRecordWriter(str(path)) as writer:
            for batch in batches:
                for row in batch.to_pylist():
                    example = {name: make(row[name]) for name, make in features.items()}
                    example = tf.train.Example(features=tf.train.Features(feature=example))
                    writer.write(example.SerializeToString(deterministic=True))
    except tf.errors.OpError as error:
        raise OSError(error.message) from error


WRITERS: dict[str, Callable[[Path, pa.Schema, Iterable[pa.RecordBatch]], None]] = {
    "parquet": write_parquet,
    "tfrecord": write_tfrecord,
}


def _row_groups(schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    pending: list[pa.RecordBatch] = []
    for batch in batches:
        pending.append(batch)
        if sum(each.nbytes for each in pending) >= ROW_GROUP_BYTES:
            yield pa.Table.from_batches(pending, schema)
            pending = []
    if pending:
        yield pa.Table.from_batches(pending, schema)


def _feature(kind: pa.DataType) -> Callable[[Any], tf.train.Feature]:
    if pa.types.is_integer(kind):
        return lambda value: tf.train.Feature(int64_list=tf.train.Int64List(value=[value]))
    if pa.types.is_fixed_size_list(kind):
        return lambda values: tf.train.Feature(float_list=tf.train.FloatList(value=values))
    if pa.types.is_string(kind):
        return lambda text: tf.train.Feature(bytes_list=tf.train.BytesList(value=[text.encode()]))
    return lambda data: tf.train.Feature(bytes_list=tf.train.BytesList(value=[data]))
