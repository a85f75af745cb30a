"""The manifest of a job: its settings, and every finished shard with its checksum."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from keras_infogan.bulk.shards import FinishedShard, Layout
from keras_infogan.runtime.files import file_sha256, replace_file

FILE = "_manifest.jsonl"  # readers of Parquet ignore names that begin with an underscore


class Manifest:
    """A file of JSON lines: the job's settings, then one line per finished shard.

    A line that was cut off by a power failure is ignored, so its shard is made again. When the job
    is done, the lines are in the order of shards.

    Args:
        directory: the job's.
        job: settings that identify this job: plain values by name.

    Attributes:
        finished: a `FinishedShard` by the shard's number.

    Raises:
        ValueError: the directory holds another job, or other files.

    Examples:
        >>> manifest = Manifest(tmp, {"command": "generate", "count": 1000})
        >>> manifest.add(FinishedShard(0, "shard-00000-of-00001.parquet", 1000, 81234, "9f86..."))
        >>> manifest.finished[0].rows
        1000
    """

    def __init__(self, directory: Path, job: Mapping[str, Any]):
        self.path = directory / FILE
        self._job = json.loads(json.dumps(job))  # as it is read back: no tuples
        self.finished: dict[int, FinishedShard] = {}
        if self.path.exists():
            self._read()

    def check(self, layout: Layout, report: Callable[[str], None]) -> None:
        """Drops the shards whose files are missing or have another checksum, and reports them.

        Args:
            layout: the job's.
            report: receives a sentence for each shard that is damaged or missing.
        """
        for shard, finished in list(self.finished.items()):
            path = layout.path(shard)
            if not path.is_file():
                report(f"{path} is missing: it is made again")
            elif file_sha256(path) != finished.sha256:
                report(f"{path} is damaged (its SHA-256 is another): it is made again")
            else:
                continue
            del self.finished[shard]

    def write(self) -> None:
        """Puts the file in order: the job, then the shards by their numbers.

        Raises:
            OSError: the directory cannot be written.
        """
        rows = [self._job, *(self.finished[shard]._asdict() for shard in sorted(self.finished))]
        text = "".join(json.dumps(row) + "\n" for row in rows)
        replace_file(self.path, lambda temporary: temporary.write_text(text, encoding="utf-8"))

    def add(self, finished: FinishedShard) -> None:
        """Adds a shard that is on disk.

        Raises:
            OSError: the directory cannot be written.
        """
        self.finished[finished.shard] = finished
        try:
            with open(self.path, "a", encoding="utf-8") as file:
                file.write(json.dumps(finished._asdict()) + "\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise OSError(f"{self.path} cannot be written: {error.strerror}") from error

    def _read(self) -> None:
        first, *lines = self.path.read_text(encoding="utf-8").splitlines() or [""]
        job = _parsed(first)
        if job is None:
            raise ValueError(f"{self.path} is damaged: its first line should say what the job is")
        differing = sorted(
            name for name in job.keys() | self._job.keys() if job.get(name) != self._job.get(name)
        )
        if differing:
            raise ValueError(
                f"{self.path.parent} holds another job: it differs in {', '.join(differing)}. "
                "Give the flags that it was started with, or another --out."
            )
        for row in filter(None, map(_parsed, lines)):
            self.finished[row["shard"]] = FinishedShard(**row)


def _parsed(line: str) -> dict[str, Any] | None:
    """A line's object; None for a line that was cut off."""
    try:
        return json.loads(line)
    except ValueError:
        return None
