"""A job of many rows in a directory: it is started, resumed and finished here."""

from __future__ import annotations

import contextlib
import dataclasses
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
from tqdm import tqdm

from keras_infogan.bulk import engines, manifest, plan
from keras_infogan.bulk.engines import Engine
from keras_infogan.bulk.manifest import Manifest
from keras_infogan.bulk.model import pin_threads
from keras_infogan.bulk.shards import FinishedShard, Layout, Shard
from keras_infogan.runs.preemption import interruptible
from keras_infogan.runtime.files import start_directory
from keras_infogan.runtime.locks import exclusive

LOCK = "_lock"
ROWS_PER_SHARD = 10_000


class Rows(Protocol):
    """What makes a shard's rows, once its model is loaded."""

    schema: pa.Schema

    def batches(self, shard: Shard, inputs: pa.Table | None) -> Iterator[pa.RecordBatch]:
        """The rows of a shard, in passes.

        Args:
            shard: the shard.
            inputs: its rows of the job's plan, if the job has one.
        """


class ShardWriter:
    """Makes whole shards; one writer per worker process.

    Args:
        layout: the job's.
        load: loads the model, and returns the `Rows` that make rows.
        threads: shards at the same time.
    """

    def __init__(self, layout: Layout, load: Callable[[], Rows], threads: int):
        pin_threads(threads)
        self._layout = layout
        self._rows = load()
        self._plan = layout.directory / plan.FILE

    def __call__(self, row: dict[str, int]) -> dict[str, Any]:
        """Writes the shard `row["shard"]`; returns its `FinishedShard` as a dict."""
        shard = self._layout.shard(row["shard"])
        inputs = plan.read_plan(self._plan, shard.number) if self._plan.is_file() else None
        batches = self._rows.batches(shard, inputs)
        return self._layout.write(shard, self._rows.schema, batches)._asdict()


@dataclasses.dataclass(frozen=True)
class Job:
    """The description of a job.

    Args:
        layout: how many rows, in which files.
        facts: settings that identify this job, plain values by name; those of the layout are
            added.
        load: loads the model in a worker process; it is sent there by pickle.
        inputs: the inputs of the rows, in batches; None if `load` knows them.
    """

    layout: Layout
    facts: Mapping[str, Any]
    load: Callable[[], Rows]
    inputs: Callable[[], Iterable[pa.RecordBatch]] | None = None


def run_job(job: Job, engine: Engine, report: Callable[[str], None] = print) -> None:
    """Makes every shard that the job's directory lacks.

    Shards that are finished and undamaged are kept; unfinished ones are made again. The finished
    directory is byte-identical to that of an uninterrupted job.

    Args:
        job: what to make.
        engine: where to make it.
        report: receives a sentence per event.

    Raises:
        ValueError: the directory holds another job or other files, or another process works on it.
        OSError: it cannot be written.
        Interrupted: SIGINT or SIGTERM came; finished shards stay.
    """
    layout = job.layout
    start_directory(layout.directory, manifest.FILE, "a job", LOCK)
    with exclusive(layout.directory / LOCK, option="--out"), interruptible():
        cut = {name: getattr(layout, name) for name in ("count", "rows_per_shard", "format")}
        made = Manifest(layout.directory, {**job.facts, **cut, "shards": layout.shards})
        _remove_partial_files(layout.directory)
        made.check(layout, report)
        made.write()
        if job.inputs:
            plan.write_plan(layout.directory / plan.FILE, job.inputs(), layout.rows_per_shard)
        try:
            _make_missing(job, made, engine, report)
        finally:
            _remove_partial_files(layout.directory)
        made.write()


def _make_missing(job: Job, made: Manifest, engine: Engine, report: Callable[[str], None]) -> None:
    layout, kept = job.layout, sum(finished.rows for finished in made.finished.values())
    missing = [shard for shard in range(layout.shards) if shard not in made.finished]
    started = time.perf_counter()
    arguments = (layout, job.load, engine.threads)
    # No bar if stderr is not a terminal; then it gets only the line of an error.
    bar = tqdm(total=layout.count, initial=kept, unit=" rows", disable=None, leave=False)
    rows = engines.make_shards(engine, ShardWriter, arguments, missing)
    with bar, contextlib.closing(rows):  # workers end before this function does
        try:
            for row in rows if missing else ():
                made.add(FinishedShard(**row))
                bar.update(row["rows"])
        except KeyboardInterrupt:
            report(
                f"{layout.directory}: {len(made.finished)} of {layout.shards} shards are finished; "
                "rerun the same command to resume"
            )
            raise
    new, seconds = layout.count - kept, time.perf_counter() - started
    speed = f", {new / seconds:,.0f} rows/s" if new else ""
    report(f"{layout.directory}: {layout.count} rows, {new} of them new{speed}")


def _remove_partial_files(directory: Path) -> None:
    """Removes the unfinished files of a process that was killed."""
    for pattern in (".shard-*", "._*"):
        for path in directory.glob(pattern):
            path.unlink(missing_ok=True)
