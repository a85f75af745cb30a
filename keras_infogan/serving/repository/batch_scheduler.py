"""Threads that run requests in batches, as TensorFlow Serving does, and never change an answer."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future

import grpc

from keras_infogan.serving.protocol.errors import StatusError
from keras_infogan.serving.repository import batch_runs
from keras_infogan.serving.repository.batch_queue import Batch, BatchQueue
from keras_infogan.serving.repository.batch_requests import (
    NEVER,
    Arrays,
    BatchRequest,
    RequestPart,
    RunArrays,
)
from keras_infogan.serving.repository.batching_options import BatchingOptions


class BatchScheduler:
    """Threads that run batches from queues, the one that has waited longest first.

    A batch that fails runs again in halves, down to the bad request, which fails alone. So no
    answer depends on other requests. What nobody waits for any more is dropped before it runs.

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
        self._queues: dict[Hashable, BatchQueue] = {}
        self._condition = threading.Condition()
        self._is_stopping = False
        self._threads = [
            threading.Thread(target=self._work, name=f"batching-{index}", daemon=True)
            for index in range(options.num_batch_threads or os.cpu_count() or 1)
        ]

    def start(self) -> None:
        """Starts the threads."""
        for thread in self._threads:
            thread.start()

    def submit(
        self, key: Hashable, run: RunArrays, inputs: Arrays, timeout: float | None
    ) -> Future[Arrays]:
        """Queues a request for a batch.

        Args:
            key: requests of equal keys run together.
            run: computes outputs from inputs; the same for every request of the key.
            inputs: an array per input, with equal numbers of rows.
            timeout: how long the request may wait in the queue, in seconds; None: as long as it
                takes.

        Returns:
            The request's own rows of each output, or its `StatusError`: INVALID_ARGUMENT for
            inputs that are no batch or too large a one, UNAVAILABLE when the queue is full,
            RESOURCE_EXHAUSTED when `timeout` was spent in the queue, and whatever `run` raises
            for this request alone. Cancelling it drops the request, unless it runs already.
        """
        deadline = NEVER if timeout is None else time.monotonic() + timeout
        try:
            request = BatchRequest(inputs, deadline)
            with self._condition:
                self._enqueue(key, run, request)
                self._condition.notify()
        except StatusError as error:
            failed: Future[Arrays] = Future()
            failed.set_exception(error)
            return failed
        return request.future

    def stop(self) -> None:
        """Runs what is queued, then ends the threads."""
        with self._condition:
            self._is_stopping = True
            self._condition.notify_all()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()

    def _enqueue(self, key: Hashable, run: RunArrays, request: BatchRequest) -> None:
        if self._is_stopping:
            raise StatusError(grpc.StatusCode.UNAVAILABLE, "The server is stopping")
        queue = self._queues.get(key) or BatchQueue(run, self.options)
        queue.add(request)
        self._queues[key] = queue

    def _work(self) -> None:
        while True:
            with self._condition:
                found = self._take_batch()
                while found is None:
                    if self._is_stopping and not self._queues:
                        return
                    self._condition.wait(self._seconds_to_next())
                    found = self._take_batch()
                if self._queues:
                    # Another thread may find a batch that this wake-up was for.
                    self._condition.notify()
            self._run(*found)

    def _take_batch(self) -> tuple[RunArrays, Batch] | None:
        """Takes the longest waiting batch that is full or has waited long enough."""
        now = NEVER if self._is_stopping else time.monotonic()
        ready = [
            (queue.batches[0].enqueued, key)
            for key, queue in self._queues.items()
            if queue.is_ready(now)
        ]
        if not ready:
            return None
        key = min(ready, key=lambda pair: pair[0])[1]
        queue = self._queues[key]
        batch = queue.batches.popleft()
        if not queue.batches:
            del self._queues[key]
        return queue.run, batch

    def _seconds_to_next(self) -> float | None:
        if not self._queues:
            return None
        soonest = min(queue.ready_at() for queue in self._queues.values())
        return max(0.0, soonest - time.monotonic())

    def _run(self, run: RunArrays, batch: Batch) -> None:
        parts: list[RequestPart] = [part for part in batch.parts if part.request.start()]
        if not parts:
            return
        waited = time.monotonic() - parts[0].request.enqueued
        self._observe(sum(part.rows for part in parts), waited)
        batch_runs.run_batch(run, parts, self.options)
