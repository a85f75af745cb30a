"""Requests joined into batches, as TensorFlow Serving joins them, that never change an answer."""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

import grpc
import numpy as np

from keras_infogan.serving.protocol.errors import StatusError, invalid_argument
from keras_infogan.serving.repository.batching_options import BatchingOptions

Arrays = dict[str, np.ndarray]
BatchFunction = Callable[[Arrays], Arrays]


@dataclass
class _Task:
    """A request in a queue, and what becomes of it."""

    inputs: Arrays
    rows: int
    enqueued: float
    deadline: float
    future: Future[Arrays] = field(default_factory=Future)


@dataclass
class _Batch:
    """Requests that will run together."""

    tasks: list[_Task] = field(default_factory=list)
    rows: int = 0

    def add(self, task: _Task) -> None:
        """Takes one more request."""
        self.tasks.append(task)
        self.rows += task.rows


@dataclass
class _Queue:
    """Batches of one servable, signature, set of outputs and shape of rows."""

    run: BatchFunction
    batches: deque[_Batch] = field(default_factory=deque)


class BatchScheduler:
    """Threads that run batches from queues, the longest waiting first.

    A batch that fails is run again in halves, down to the bad request, which fails alone; one whose
    rows cannot be told apart in its outputs is run again request by request. So no answer depends
    on its neighbours.

    Args:
        options: sizes, waiting times and limits.
        observe: receives the rows of each batch that ran, without padding, and how long its
            first request waited, in seconds.

    Example::

        scheduler = BatchScheduler(BatchingOptions())
        scheduler.start()
        scheduler.submit("key", run, {"x": np.float32([[1.0]])}, timeout=None).result()
        scheduler.stop()
    """

    def __init__(
        self,
        options: BatchingOptions,
        observe: Callable[[int, float], None] = lambda rows, seconds: None,
    ) -> None:
        self.options = options
        self._observe = observe
        self._queues: dict[Hashable, _Queue] = {}
        self._condition = threading.Condition()
        self._stopping = False
        self._threads = [
            threading.Thread(target=self._work, name=f"batching-{index}", daemon=True)
            for index in range(options.num_batch_threads or os.cpu_count() or 1)
        ]

    def start(self) -> None:
        """Starts the threads."""
        for thread in self._threads:
            thread.start()

    def submit(
        self, key: Hashable, run: BatchFunction, inputs: Arrays, timeout: float | None
    ) -> Future[Arrays]:
        """Queues a request for a batch to run with.

        Args:
            key: requests of equal keys run together.
            run: runs inputs; the same for every request of the key.
            inputs: an array per input, with equal numbers of rows.
            timeout: how long the request may wait in the queue, in seconds; None waits.

        Returns:
            The request's own rows of each output, once they are there, or its `StatusError`:
            INVALID_ARGUMENT for inputs that are no batch or too large a one, UNAVAILABLE when the
            queue is full, RESOURCE_EXHAUSTED when `timeout` was spent in it, and whatever `run`
            raises for this request alone.
        """
        now = time.monotonic()
        task = _Task(inputs, 0, now, float("inf") if timeout is None else now + timeout)
        try:
            task.rows = _rows(inputs, self.options.max_batch_size)
            with self._condition:
                if self._stopping:
                    raise StatusError(grpc.StatusCode.UNAVAILABLE, "The server is stopping")
                self._enqueue(key, run, task)
                self._condition.notify()
        except StatusError as error:
            task.future.set_exception(error)
        return task.future

    def stop(self) -> None:
        """Runs what is queued, then ends the threads."""
        with self._condition:
            self._stopping = True
            self._condition.notify_all()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()

    def _enqueue(self, key: Hashable, run: BatchFunction, task: _Task) -> None:
        queue = self._queues.setdefault(key, _Queue(run))
        if not queue.batches or queue.batches[-1].rows + task.rows > self.options.max_batch_size:
            if len(queue.batches) >= self.options.max_enqueued_batches:
                raise StatusError(
                    grpc.StatusCode.UNAVAILABLE,
                    "The batch scheduling queue to which this task was submitted is full; "
                    f"currently {len(queue.batches)} batches enqueued and max_enqueued_batches is "
                    f"{self.options.max_enqueued_batches}",
                )
            queue.batches.append(_Batch())
        queue.batches[-1].add(task)

    def _work(self) -> None:
        while True:
            with self._condition:
                found = self._next()
                while found is None:
                    if self._stopping and not self._queues:
                        return
                    self._condition.wait(self._time_to_next())
                    found = self._next()
                if self._queues:
                    # Another thread may find a batch that this wake-up was for.
                    self._condition.notify()
            self._run(*found)

    def _next(self) -> tuple[BatchFunction, list[_Task]] | None:
        """Takes the longest waiting batch that is full or has waited enough."""
        now = time.monotonic()
        ready = [
            (queue.batches[0].tasks[0].enqueued, key)
            for key, queue in self._queues.items()
            if len(queue.batches) > 1 or self._ready_at(queue) <= now
        ]
        if not ready:
            return None
        key = min(ready, key=lambda pair: pair[0])[1]
        queue = self._queues[key]
        batch = queue.batches.popleft()
        if not queue.batches:
            del self._queues[key]
        return queue.run, batch.tasks

    def _ready_at(self, queue: _Queue) -> float:
        if self._stopping or queue.batches[0].rows >= self.options.max_batch_size:
            return 0.0
        return queue.batches[0].tasks[0].enqueued + self.options.batch_timeout_micros / 1e6

    def _time_to_next(self) -> float | None:
        if not self._queues:
            return None
        return max(0.0, min(map(self._ready_at, self._queues.values())) - time.monotonic())

    def _run(self, run: BatchFunction, tasks: Sequence[_Task]) -> None:
        """Runs requests together, and where that fails each half of them."""
        alive = _in_time(tasks)
        if not alive:
            return
        now = time.monotonic()
        self._observe(sum(task.rows for task in alive), now - alive[0].enqueued)
        if len(alive) == 1:
            self._run_alone(run, alive[0])
            return
        try:
            parts = self._run_together(run, alive)
        except StatusError:
            # One of them is bad: the half without it stays joined, and in the end it is alone.
            middle = len(alive) // 2
            self._run(run, alive[:middle])
            self._run(run, alive[middle:])
        except BaseException as error:
            # A bug, which each request should hear of, rather than wait for ever.
            for task in alive:
                task.future.set_exception(error)
        else:
            if parts is None:
                for task in alive:
                    self._run_alone(run, task)
                return
            for task, outputs in zip(alive, parts, strict=True):
                task.future.set_result(outputs)

    def _run_together(self, run: BatchFunction, tasks: Sequence[_Task]) -> list[Arrays] | None:
        """Returns each task's rows, or None where an output has no row per input row."""
        rows = sum(task.rows for task in tasks)
        padded = self.options.padded_size(rows)
        outputs = run(
            {
                name: _joined([task.inputs[name] for task in tasks], padded - rows)
                for name in tasks[0].inputs
            }
        )
        if any(array.ndim == 0 or len(array) != padded for array in outputs.values()):
            return None
        ends = np.cumsum([task.rows for task in tasks]).tolist()
        return [
            {name: array[end - task.rows : end] for name, array in outputs.items()}
            for task, end in zip(tasks, ends, strict=True)
        ]

    def _run_alone(self, run: BatchFunction, task: _Task) -> None:
        try:
            outputs = self._padded_alone(run, task)
        except BaseException as error:
            # Whatever it is, the request waits for it.
            task.future.set_exception(error)
        else:
            task.future.set_result(outputs)

    def _padded_alone(self, run: BatchFunction, task: _Task) -> Arrays:
        if self.options.padded_size(task.rows) == task.rows:
            return run(task.inputs)
        try:
            parts = self._run_together(run, [task])
        except StatusError:
            parts = None  # its error should tell of its own rows
        return parts[0] if parts else run(task.inputs)


def _in_time(tasks: Sequence[_Task]) -> list[_Task]:
    """Those whose deadline is to come; the others are told."""
    now = time.monotonic()
    for task in tasks:
        if task.deadline < now:
            task.future.set_exception(_spent_in_queue())
    return [task for task in tasks if task.deadline >= now]


def _rows(inputs: Arrays, max_batch_size: int) -> int:
    sizes = set()
    for array in inputs.values():
        if array.ndim == 0:
            raise invalid_argument("Batching Run() input tensors must have at least one dimension")
        sizes.add(len(array))
    if len(sizes) > 1:
        raise invalid_argument("Batching Run() input tensors must have equal 0th-dimension size")
    rows = sizes.pop()
    if rows > max_batch_size:
        raise invalid_argument(
            f"Task size {rows} is larger than maximum input batch size {max_batch_size}"
        )
    return rows


def _joined(arrays: Sequence[np.ndarray], padding: int) -> np.ndarray:
    """The rows of all, and the first row again as often as `padding` says."""
    if padding:
        filled = next(array for array in arrays if len(array))
        arrays = [*arrays, np.repeat(filled[:1], padding, axis=0)]
    return np.concatenate(arrays) if len(arrays) > 1 else arrays[0]


def _spent_in_queue() -> StatusError:
    return StatusError(
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        "Run() timeout exceeded while waiting in batching queue",
    )
