"""A job's rows in shards: files that are written atomically."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from keras_infogan.bulk.formats import WRITERS
from keras_infogan.runtime.arguments import checked_count
from keras_infogan.runtime.files import file_sha256, replace_file, sync_directory


class Shard(NamedTuple):
    """The rows `start` to `stop` - 1 of a job; `number` counts its shards from 0."""

    number: int
    start: int
    stop: int


class FinishedShard(NamedTuple):
    """The manifest's line for a shard: its file, rows, size in bytes and SHA-256."""

    shard: int
    file: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Layout:
    """How a job's rows are split into shards, and where the shards are.

    Args:
        directory: the job's.
        count: rows, int >= 1.
        rows_per_shard: int >= 1; the last shard may have fewer.
        format: "parquet" or "tfrecord".

    Raises:
        ValueError: a number below 1, or another format.

    Examples:
        >>> Layout(Path("out"), count=25, rows_per_shard=10, format="parquet").shard(2)
        Shard(number=2, start=20, stop=25)
    """

    directory: Path
    count: int
    rows_per_shard: int
    format: str

    def __post_init__(self) -> None:
        for name in ("count", "rows_per_shard"):
            checked_count(name, getattr(self, name), 1)
        if self.format not in WRITERS:
            raise ValueError(
                f"`format` should be one of {', '.join(WRITERS)}. Received: {self.format!r}"
            )

    @property
    def shards(self) -> int:
        """How many there are."""
        return -(-self.count // self.rows_per_shard)

    def shard(self, number: int) -> Shard:
        """The rows of one."""
        start = number * self.rows_per_shard
        return Shard(number, start, min(start + self.rows_per_shard, self.count))

    def path(self, number: int) -> Path:
        """The file of one."""
        return self.directory / f"shard-{number:05d}-of-{self.shards:05d}.{self.format}"

    def write(
        self, shard: Shard, schema: pa.Schema, batches: Iterable[pa.RecordBatch]
    ) -> FinishedShard:
        """Writes a shard under a temporary name, syncs it to disk, and then renames it.

        Raises:
            OSError: the directory is full or read-only; an earlier shard with
                this number stays.
            ValueError: the rows cannot be made.
        """
        path, sha256 = self.path(shard.number), ""

        def write(temporary: Path) -> None:
            nonlocal sha256
            WRITERS[self.format](temporary, schema, _read(batches))
            with open(temporary, "rb") as file:
                os.fsync(file.fileno())
            sha256 = file_sha256(temporary)

        replace_file(path, write)
        sync_directory(self.directory)
        rows = shard.stop - shard.start
        return FinishedShard(shard.number, path.name, rows, path.stat().st_size, sha256)


def _read(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The rows; an error while they are read is not reported as an error of writing."""
    try:
        yield from batches
    except OSError as error:
        raise ValueError(str(error)) from error
