"""Requests joined into batches, as TensorFlow Serving joins them, that never change an answer."""

from __future__ import annotations

import bisect
import os
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import grpc
import numpy as np
from tensorflow.core.protobuf import meta_graph_pb2

from keras_infogan.serving import config_protos
from keras_infogan.serving.errors import StatusError, invalid_argument
from keras_infogan.serving.servable import Runner

Arrays = dict[str, np.ndarray]
Run = Callable[[Arrays], Arrays]

# TensorFlow Serving's own.
DEFAULT_MAX_BATCH_SIZE = 1000
DEFAULT_TIMEOUT_MICROS = 0
DEFAULT_MAX_ENQUEUED_BATCHES = 10


@dataclass(frozen=True)
class BatchingOptions:
    """How requests are joined; the names are those of TensorFlow Serving's batching parameters.

    Args:
        max_batch_size: rows of a batch at most; a request of more rows is refused.
        batch_timeout_micros: how long a batch that is not full waits for company while a thread
            is free, in microseconds.
        max_enqueued_batches: batches that may wait in a queue; a request that would begin one
            more is refused at once.
        num_batch_threads: batches that run at the same time; 0 is one per core.
        allowed_batch_sizes: sizes to pad to, ascending, the last one `max_batch_size`; empty
            pads nothing.

    Raises:
        ValueError: for numbers that are out of range, or sizes that are not as said.

    Example::

        BatchingOptions(max_batch_size=32, allowed_batch_sizes=(1, 8, 32))
    """

    max_batch_size: int = DEFAULT_MAX_BATCH_SIZE
    batch_timeout_micros: int = DEFAULT_TIMEOUT_MICROS
    max_enqueued_batches: int = DEFAULT_MAX_ENQUEUED_BATCHES
    num_batch_threads: int = 0
    allowed_batch_sizes: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        for name, least in (
            ("max_batch_size", 1),
            ("batch_timeout_micros", 0),
            ("max_enqueued_batches", 1),
            ("num_batch_threads", 0),
        ):
            if getattr(self, name) < least:
                raise ValueError(
                    f"{name} should be at least {least}. Received: {getattr(self, name)}"
                )
        sizes = self.allowed_batch_sizes
        if sizes and (list(sizes) != sorted(set(sizes)) or sizes[0] < 1):
            raise ValueError(
                f"allowed_batch_sizes should be positive and ascending. Received: {list(sizes)}"
            )
        if sizes and sizes[-1] != self.max_batch_size:
            raise ValueError(
                "The last of allowed_batch_sizes should be max_batch_size, "
                f"{self.max_batch_size}. Received: {list(sizes)}"
            )

    def padded_size(self, size: int) -> int:
        """Returns the rows that a batch of `size` rows runs with.

        Example::

            BatchingOptions(max_batch_size=8, allowed_batch_sizes=(1, 8)).padded_size(2)   # 8
        """
        sizes = self.allowed_batch_sizes
        return sizes[bisect.bisect_left(sizes, size)] if sizes and size else size


def read(path: str | Path) -> BatchingOptions:
    """Reads a batching parameters file: a `BatchingParameters` as a text proto.

    Args:
        path: the file.

    Returns:
        The options; what the file leaves out has its default.

    Raises:
        ValueError: when the file is no such text, or its numbers do not fit each other.
        OSError: when the file cannot be read.

    Example::

        read("serving/batching.config").max_batch_size
    """
    parameters = config_protos.read(path, config_protos.BatchingParameters())
    if parameters.pad_variable_length_inputs:
        raise ValueError(
            "pad_variable_length_inputs should be off: rows of other lengths get a batch of "
            f"their own here. Received: true in {path}"
        )
    given = {
        name: getattr(parameters, name).value
        for name in (
            "max_batch_size",
            "batch_timeout_micros",
            "max_enqueued_batches",
            "num_batch_threads",
        )
        if parameters.HasField(name)
    }
    return BatchingOptions(**given, allowed_batch_sizes=tuple(parameters.allowed_batch_sizes))


@dataclass
class _Task:
    """A request in a queue, and what becomes of it."""

    inputs: Arrays
    rows: int
    enqueued: float
    deadline: float
    outputs: Arrays | None = None
    error: BaseException | None = None
    done: threading.Event = field(default_factory=threading.Event)

    def finish(self, outputs: Arrays | None, error: BaseException | None) -> None:
        """Hands the outcome to the waiting request."""
        self.outputs, self.error = outputs, error
        self.done.set()


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

    run: Run
    batches: deque[_Batch] = field(default_factory=deque)


class BatchScheduler:
    """Threads that run batches from queues, the longest waiting first.

    A batch whose rows cannot be told apart in its outputs, or that fails, is run again request by
    request: a bad request fails alone, and no answer depends on its neighbours.

    Args:
        options: sizes, waiting times and limits.
        observe: receives the rows of each batch that ran, without padding, and how long its
            first request waited, in seconds.

    Example::

        scheduler = BatchScheduler(BatchingOptions())
        scheduler.submit("key", run, {"x": np.float32([[1.0]])}, timeout=None)   # run's outputs
        scheduler.stop()
    """

    def __init__(
        self,
        options: BatchingOptions,
        observe: Callable[[int, float], None] = lambda rows, seconds: None,
    ) -> None:
        self.options = options
        self._observe = observe
        self._queues: OrderedDict[Hashable, _Queue] = OrderedDict()
        self._condition = threading.Condition()
        self._stopping = False
        self._threads = [
            threading.Thread(target=self._work, name=f"batching-{index}", daemon=True)
            for index in range(options.num_batch_threads or os.cpu_count() or 1)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, key: Hashable, run: Run, inputs: Arrays, timeout: float | None) -> Arrays:
        """Waits for a batch with this request in it to run.

        Args:
            key: requests of equal keys run together.
            run: runs inputs; the same for every request of the key.
            inputs: an array per input, with equal numbers of rows.
            timeout: how long the request may wait in the queue, in seconds; None waits.

        Returns:
            The request's own rows of each output.

        Raises:
            StatusError: INVALID_ARGUMENT for inputs that are no batch or too large a one,
                UNAVAILABLE when the queue is full, RESOURCE_EXHAUSTED when `timeout` was spent in
                it, and whatever `run` raises for this request alone.
        """
        rows = _rows(inputs, self.options.max_batch_size)
        now = time.monotonic()
        deadline = float("inf") if timeout is None else now + timeout
        task = _Task(inputs, rows, now, deadline)
        with self._condition:
            if self._stopping:
                raise StatusError(grpc.StatusCode.UNAVAILABLE, "The server is stopping")
            self._enqueue(key, run, task)
            self._condition.notify()
        task.done.wait()
        if task.error is not None:
            raise task.error
        assert task.outputs is not None
        return task.outputs

    def stop(self) -> None:
        """Runs what is queued, then ends the threads."""
        with self._condition:
            self._stopping = True
            self._condition.notify_all()
        for thread in self._threads:
            thread.join()

    def _enqueue(self, key: Hashable, run: Run, task: _Task) -> None:
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

    def _next(self) -> tuple[Run, list[_Task]] | None:
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

    def _run(self, run: Run, tasks: Sequence[_Task]) -> None:
        now = time.monotonic()
        alive = []
        for task in tasks:
            if task.deadline < now:
                task.finish(None, _spent_in_queue())
            else:
                alive.append(task)
        if not alive:
            return
        self._observe(sum(task.rows for task in alive), now - alive[0].enqueued)
        try:
            parts = self._run_together(run, alive) if len(alive) > 1 else None
        except StatusError:
            parts = None  # one of them is bad: each gets a run, and an error, of its own
        except BaseException as error:
            for task in alive:
                task.finish(None, error)
            return
        if parts is None:
            for task in alive:
                self._run_alone(run, task)
            return
        for task, outputs in zip(alive, parts, strict=True):
            task.finish(outputs, None)

    def _run_together(self, run: Run, tasks: Sequence[_Task]) -> list[Arrays] | None:
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

    def _run_alone(self, run: Run, task: _Task) -> None:
        try:
            task.finish(self._padded_alone(run, task), None)
        except BaseException as error:
            task.finish(None, error)

    def _padded_alone(self, run: Run, task: _Task) -> Arrays:
        padded = self.options.padded_size(task.rows)
        if padded == task.rows:
            return run(task.inputs)
        outputs = run(
            {name: _joined([array], padded - task.rows) for name, array in task.inputs.items()}
        )
        if any(array.ndim == 0 or len(array) != padded for array in outputs.values()):
            return run(task.inputs)
        return {name: array[: task.rows] for name, array in outputs.items()}


class BatchingServable:
    """A servable whose runs wait to be joined with others of the same signature and outputs.

    Args:
        servable: what runs; it belongs to this object afterwards.
        scheduler: joins the runs; several servables may share it.

    Example::

        BatchingServable(Servable("/models/digits/1"), scheduler).run(signature, inputs, ["image"])
    """

    def __init__(self, servable: Runner, scheduler: BatchScheduler) -> None:
        self._servable = servable
        self._scheduler = scheduler
        self.path = servable.path
        self.signatures = servable.signatures

    def run(
        self,
        signature: meta_graph_pb2.SignatureDef,
        inputs: Mapping[str, np.ndarray],
        output_names: Sequence[str],
        timeout: float | None = None,
    ) -> Arrays:
        """Runs a signature in a batch; see `Servable.run` and `BatchScheduler.submit`."""
        if not inputs or not _has_rows(signature, output_names):
            return self._servable.run(signature, inputs, output_names)
        tensors = tuple(sorted((name, info.name) for name, info in signature.inputs.items()))
        outputs = tuple((name, signature.outputs[name].name) for name in output_names)
        shapes = tuple(
            (name, inputs[name].dtype, inputs[name].shape[1:]) for name in sorted(inputs)
        )
        return self._scheduler.submit(
            (id(self), tensors, outputs, shapes),
            lambda joined: self._servable.run(signature, joined, output_names),
            dict(inputs),
            timeout,
        )

    def close(self) -> None:
        """Frees the servable; the scheduler stays."""
        self._servable.close()


def _has_rows(signature: meta_graph_pb2.SignatureDef, output_names: Sequence[str]) -> bool:
    """Tells whether inputs and outputs may have any number of rows, as far as shapes tell."""
    tensors = [*signature.inputs.values(), *(signature.outputs[name] for name in output_names)]
    shapes = [info.tensor_shape for info in tensors]
    return all(shape.unknown_rank or (shape.dim and shape.dim[0].size < 0) for shape in shapes)


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
