"""Where shards are made: Ray Data on this machine or a cluster, or threads of this process."""

from __future__ import annotations

import concurrent.futures
import contextlib
import functools
import importlib
import logging
import os
import pickle
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from keras_infogan.runtime import ray_session
from keras_infogan.runtime.arguments import checked_count
from keras_infogan.runtime.environment import closed_stderr

LOCAL = "local"

Row = dict[str, Any]


@dataclass(frozen=True)
class Engine:
    """What makes shards: threads of this process, or Ray Data.

    Args:
        threads: shards at the same time per process, int >= 1; each uses one core.
        ray_address: HOST:PORT of a Ray cluster, "auto" for the cluster that runs here, or "local"
            for a session of Ray on this machine. Each machine runs one process per `threads` cores.
            None is this process, which needs no Ray, starts at once and needs half the memory.

    Raises:
        ValueError: fewer than one thread.
    """

    threads: int = field(default_factory=lambda: len(os.sched_getaffinity(0)))
    ray_address: str | None = None

    def __post_init__(self) -> None:
        checked_count("threads", self.threads, 1)


def make_shards(
    engine: Engine, writer: Callable[..., Any], arguments: Sequence[Any], shards: Sequence[int]
) -> Generator[Row, None, None]:
    """Makes shards, in no order.

    Args:
        engine: where to make them.
        writer: a class whose objects turn `{"shard": index}` into a row of plain values; it and
            its arguments are sent by pickle.
        arguments: of its constructor, which runs once per process.
        shards: indices.

    Yields:
        What the writer returns, as shards are finished.

    Raises:
        Whatever a writer raises.

    Examples:
        >>> class ShardWriter:
        ...     def __call__(self, row):
        ...         return {"shard": row["shard"], "rows": 10}
        >>> sorted(row["shard"] for row in make_shards(Engine(), ShardWriter, (), [0, 1, 2]))
        [0, 1, 2]
    """
    make = _on_ray if engine.ray_address else _in_threads
    yield from make(engine, writer, arguments, shards)


def _in_threads(
    engine: Engine, writer: Callable[..., Any], arguments: Sequence[Any], shards: Sequence[int]
) -> Generator[Row, None, None]:
    write = writer(*arguments)
    pool = concurrent.futures.ThreadPoolExecutor(engine.threads)
    try:
        futures = [pool.submit(write, {"shard": shard}) for shard in shards]
        for future in concurrent.futures.as_completed(futures):
            yield future.result()
    finally:
        pool.shutdown(cancel_futures=True)  # waits for the shards in progress


def _on_ray(
    engine: Engine, writer: Callable[..., Any], arguments: Sequence[Any], shards: Sequence[int]
) -> Generator[Row, None, None]:
    # Otherwise Ray's C++ code prints a warning about how Ray Data starts its processes.
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    with contextlib.ExitStack() as stack:
        with closed_stderr():  # Ray prints a line itself
            address = None if engine.ray_address == LOCAL else engine.ray_address
            ray = stack.enter_context(ray_session.session(address, cpus=engine.threads))
        try:
            for answer in _answers(ray, engine, (writer, arguments), shards):
                answer = pickle.loads(answer)
                if isinstance(answer, Exception):
                    raise answer
                yield answer
        except ray.exceptions.RayError as error:
            raise RuntimeError(f"Ray lost the job: {error}") from error


def _answers(
    ray: Any, engine: Engine, arguments: Sequence[Any], shards: Sequence[int]
) -> Iterator[bytes]:
    data: Any = importlib.import_module("ray.data")

    context = data.DataContext.get_current()
    context.enable_progress_bars = context.print_on_execution_start = False
    logging.getLogger("ray.data").setLevel(logging.CRITICAL)
    cores = int(ray.cluster_resources().get("CPU", 1))
    # One process with threads, not one per thread: TensorFlow takes half a gigabyte per process.
    processes = data.ActorPoolStrategy(
        min_size=1,
        max_size=max(1, cores // engine.threads),
        max_concurrent_calls_per_actor=engine.threads,
        max_tasks_in_flight_per_actor=2 * engine.threads,
        enable_true_multi_threading=True,
    )
    # Ray moves only shard numbers, one per block; images never pass through its memory.
    rows = data.from_items([{"shard": shard} for shard in shards], override_num_blocks=len(shards))
    made = rows.map(
        _ErrorsAsAnswers, fn_constructor_args=arguments, compute=processes, num_cpus=engine.threads
    )
    for batch in made.iter_batches(batch_size=None, prefetch_batches=0, batch_format="pyarrow"):
        yield from batch["answer"].to_pylist()


class _ErrorsAsAnswers:
    """A writer whose errors are answers too: Ray would log, wrap and retry them."""

    def __init__(self, writer: Callable[..., Any], arguments: Sequence[Any]):
        self._make = functools.partial(writer, *arguments)
        self._lock = threading.Lock()
        self._writer: Any = None

    def __call__(self, row: Row) -> dict[str, bytes]:
        try:
            with self._lock:
                self._writer = self._writer or self._make()
            answer = self._writer(row)
        except Exception as error:
            answer = error
        return {"answer": pickle.dumps(answer)}
