"""A queue of batches that fill up with requests, and its limits."""

from __future__ import annotations

from collections import deque

import grpc

from keras_infogan.serving.protocol.errors import StatusError, invalid_argument
from keras_infogan.serving.repository.batch_requests import BatchRequest, RequestPart, RunArrays
from keras_infogan.serving.repository.batching_options import BatchingOptions


class Batch:
    """Rows of several requests that run together."""

    def __init__(self) -> None:
        self.parts: list[RequestPart] = []
        self.rows = 0

    @property
    def enqueued(self) -> float:
        """When its first request came, on the clock of `time.monotonic`."""
        return self.parts[0].request.enqueued

    def add(self, part: RequestPart) -> None:
        """Takes more rows."""
        self.parts.append(part)
        self.rows += part.rows


class BatchQueue:
    """The batches of requests that may run together: of one signature, outputs and shape of rows.

    Args:
        run: computes the outputs of a batch.
        options: sizes and limits.
    """

    def __init__(self, run: RunArrays, options: BatchingOptions) -> None:
        self.run = run
        self.batches: deque[Batch] = deque()
        self._options = options

    def add(self, request: BatchRequest) -> None:
        """Puts a request into the last batch, and into new ones where it does not fit.

        Args:
            request: what waits.

        Raises:
            StatusError: INVALID_ARGUMENT for more rows than a request may have, UNAVAILABLE when
                the queue is full.
        """
        limit = self._options.max_batch_size
        if request.rows > limit:
            raise invalid_argument(
                f"Task size {request.rows} is larger than maximum input batch size {limit}"
            )
        if not self._has_room(request.rows):
            self._drop_cancelled()
            if not self._has_room(request.rows):
                raise self._full(request.rows)
        for part in request.split(self._part_sizes(request.rows)):
            if not self.batches or self._rows_left() < max(part.rows, 1):
                self.batches.append(Batch())
            self.batches[-1].add(part)

    def is_ready(self, now: float) -> bool:
        """Tells whether the first batch is full or has waited long enough."""
        return len(self.batches) > 1 or self.ready_at() <= now

    def ready_at(self) -> float:
        """Returns when the first batch runs if no more requests come."""
        first = self.batches[0]
        if first.rows >= self._options.execution_size:
            return 0.0
        return first.enqueued + self._options.batch_timeout_micros / 1e6

    def _rows_left(self) -> int:
        """How many rows still fit into the last batch."""
        return self._options.execution_size - self.batches[-1].rows if self.batches else 0

    def _capacity(self) -> int:
        free_batches = self._options.max_enqueued_batches - len(self.batches)
        return free_batches * self._options.execution_size + self._rows_left()

    def _has_room(self, rows: int) -> bool:
        if self._options.enable_large_batch_splitting:
            return rows <= self._capacity()
        fits = bool(self.batches) and self._rows_left() >= max(rows, 1)
        return fits or len(self.batches) < self._options.max_enqueued_batches

    def _part_sizes(self, rows: int) -> list[int]:
        """The rows of each part: the first fills the last batch, the others have their own."""
        size = self._options.execution_size
        if not self._options.enable_large_batch_splitting or not rows:
            return [rows]
        first = min(rows, self._rows_left())
        sizes = [first] if first else []
        full, rest = divmod(rows - first, size)
        return sizes + [size] * full + ([rest] if rest else [])

    def _drop_cancelled(self) -> None:
        """Gives up the places of requests whose callers have left."""
        kept: deque[Batch] = deque()
        for batch in self.batches:
            waiting = [part for part in batch.parts if not part.request.future.cancelled()]
            if waiting:
                kept.append(Batch())
                for part in waiting:
                    kept[-1].add(part)
        self.batches = kept

    def _full(self, rows: int) -> StatusError:
        options = self._options
        text = "The batch scheduling queue to which this task was submitted is full; "
        if options.enable_large_batch_splitting:
            open_size = self.batches[-1].rows if self.batches else 0
            text += (
                f"task size is {rows} but scheduling capacity is only {self._capacity()} "
                f"(num_enqueued_batches={len(self.batches)}, "
                f"max_enqueued_batches={options.max_enqueued_batches}, "
                f"open_batch_size={open_size}, "
                f"max_execution_batch_size={options.execution_size})"
            )
        else:
            text += (
                f"currently {len(self.batches)} batches enqueued and max_enqueued_batches is "
                f"{options.max_enqueued_batches}"
            )
        return StatusError(grpc.StatusCode.UNAVAILABLE, text)
