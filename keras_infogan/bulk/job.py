"""A job of many rows in a directory: begun, gone on with, finished."""

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
from keras_infogan.bulk.shards import Finished, Layout, Shard
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
            shard: which.
            inputs: its rows of the job's plan, where the job has one.
        """


class ShardWriter:
    """Makes whole shards; one for each process that works.

    Args:
        layout: the job's.
        load: loads the model, and gives what makes rows.
        threads: shards at a time.
    """

    def __init__(self, layout: Layout, load: Callable[[], Rows], threads: int):
        pin_threads(threads)
        self._layout = layout
        self._rows = load()
        self._plan = layout.directory / plan.FILE

    def __call__(self, row: dict[str, int]) -> dict[str, Any]:
        """Writes the shard `row["shard"]`; returns its `Finished` as a dict."""
        shard = self._layout.shard(row["shard"])
        inputs = plan.read_plan(self._plan, shard.number) if self._plan.is_file() else None
        batches = self._rows.batches(shard, inputs)
        return self._layout.write(shard, self._rows.schema, batches)._asdict()


@dataclasses.dataclass(frozen=True)
class Job:
    """What is to be made.

    Args:
        layout: how many rows, in which files.
        facts: what makes this job another than the next, plain values by name; the layout's own
            are added.
        load: loads the model in a process that works; it travels there by pickle.
        inputs: what the rows are made from, in batches; None where `load` knows it.
    """

    layout: Layout
    facts: Mapping[str, Any]
    load: Callable[[], Rows]
    inputs: Callable[[], Iterable[pa.RecordBatch]] | None = None


def run(job: Job, engine: Engine, report: Callable[[str], None] = print) -> None:
    """Makes every shard that the job's directory lacks.

    Shards that are finished and whole are kept; what was begun is made again. A finished directory
    is the same, byte for byte, however often the job was stopped on the way.

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
        _sweep(layout.directory)
        made.check(layout, report)
        made.write()
        if job.inputs:
            plan.write_plan(layout.directory / plan.FILE, job.inputs(), layout.rows_per_shard)
        try:
            _make_missing(job, made, engine, report)
        finally:
            _sweep(layout.directory)
        made.write()


def _make_missing(job: Job, made: Manifest, engine: Engine, report: Callable[[str], None]) -> None:
    layout, kept = job.layout, sum(finished.rows for finished in made.finished.values())
    missing = [shard for shard in range(layout.shards) if shard not in made.finished]
    started = time.perf_counter()
    arguments = (layout, job.load, engine.threads)
    # No bar where nobody looks; stderr is for the one line of an error.
    bar = tqdm(total=layout.count, initial=kept, unit=" rows", disable=None, leave=False)
    rows = engines.run(engine, ShardWriter, arguments, missing)
    with bar, contextlib.closing(rows):  # whatever ends this, workers end before it does
        try:
            for row in rows if missing else ():
                made.add(Finished(**row))
                bar.update(row["rows"])
        except KeyboardInterrupt:
            report(
                f"{layout.directory}: {len(made.finished)} of {layout.shards} shards are finished; "
                "the same command goes on"
            )
            raise
    new, seconds = layout.count - kept, time.perf_counter() - started
    speed = f", {new / seconds:,.0f} rows/s" if new else ""
    report(f"{layout.directory}: {layout.count} rows, {new} of them new{speed}")


def _sweep(directory: Path) -> None:
    """Removes what a process that was killed had begun to write."""
    for pattern in (".shard-*", "._*"):
        for path in directory.glob(pattern):
            path.unlink(missing_ok=True)
