"""The inputs of a job, split like its shards: row group k has the inputs of shard k."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from keras_infogan.runtime.files import replace_file

FILE = "_inputs.parquet"


def write_plan(path: Path, batches: Iterable[pa.RecordBatch], rows_per_shard: int) -> None:
    """Writes a stream of rows, so that the rows of each shard can be read alone.

    Args:
        path: the file to make or replace.
        batches: at least one, all with the same schema, of any length.
        rows_per_shard: int >= 1.

    Raises:
        OSError: the file cannot be written.
    """
    batches = iter(batches)
    first = next(batches)

    def write(temporary: Path) -> None:
        with pq.ParquetWriter(temporary, first.schema, compression="zstd") as writer:
            for table in _regrouped(first, batches, rows_per_shard):
                writer.write_table(table, row_group_size=rows_per_shard)

    replace_file(path, write)


def read_plan(path: Path, shard: int) -> pa.Table:
    """The rows of one shard."""
    with pq.ParquetFile(path) as file:
        return file.read_row_group(shard).combine_chunks()


def _regrouped(
    first: pa.RecordBatch, batches: Iterator[pa.RecordBatch], rows: int
) -> Iterator[pa.Table]:
    """Tables of `rows` rows each; the last one may have fewer."""
    pending = pa.Table.from_batches([first])
    for batch in batches:
        pending = pa.concat_tables([pending, pa.Table.from_batches([batch])])
        while len(pending) > rows:
            yield pending.slice(0, rows)
            pending = pending.slice(rows)
    while len(pending):
        yield pending.slice(0, rows)
        pending = pending.slice(rows)
