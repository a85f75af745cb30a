"""Requests that wait for a batch, and the parts of a large one that run in different batches."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import TypeAlias

import grpc
import numpy as np

from keras_infogan.serving.protocol.errors import StatusError, invalid_argument

Arrays: TypeAlias = dict[str, np.ndarray]
RunArrays: TypeAlias = Callable[[Arrays], Arrays]

NEVER = float("inf")


class BatchFuture(Future[Arrays]):
    """The outputs of a request; `cancel` drops those of its rows that do not run yet."""

    def __init__(self) -> None:
        super().__init__()
        self.is_unwanted = False

    def cancel(self) -> bool:
        """Drops what does not run yet; False where a part of the request runs or has ended."""
        self.is_unwanted = True
        return super().cancel()


class BatchRequest:
    """A request in a queue, with the outputs of the parts that have run.

    Args:
        inputs: an array per input, with equal numbers of rows.
        deadline: when it need not be computed any more, on the clock of `time.monotonic`.

    Raises:
        StatusError: INVALID_ARGUMENT for inputs without rows, or with different numbers of them.
    """

    def __init__(self, inputs: Arrays, deadline: float = NEVER) -> None:
        self.inputs = inputs
        self.rows = _count_rows(inputs)
        self.deadline = deadline
        self.enqueued = time.monotonic()
        self.future = BatchFuture()
        self._lock = threading.Lock()
        self._is_started = False
        self._parts_left = 1
        self._outputs: dict[int, Arrays] = {}  # of the parts that ran, by their first row

    def split(self, sizes: Sequence[int]) -> list[RequestPart]:
        """Cuts the request into parts.

        Args:
            sizes: the rows of each part; they add up to those of the request.
        """
        self._parts_left = len(sizes)
        ends = np.cumsum(sizes).tolist()
        return [RequestPart(self, end - size, end) for size, end in zip(sizes, ends, strict=True)]

    def start(self) -> bool:
        """Tells whether somebody still waits for the outputs; from here on they are computed."""
        with self._lock:
            if not self._is_started:
                self._is_started = True
                if not self.future.set_running_or_notify_cancel():
                    return False
        if self.future.done():
            return False  # another part has failed
        if self.future.is_unwanted:
            self.fail(StatusError(grpc.StatusCode.CANCELLED, "The caller has left"))
        elif self.deadline < time.monotonic():
            self.fail(_spent_in_queue())
        return not self.future.done()

    def add_outputs(self, first_row: int, outputs: Arrays) -> None:
        """Takes the outputs of a part; the last part ends the request."""
        with self._lock:
            self._outputs[first_row] = outputs
            self._parts_left -= 1
            is_whole = self._parts_left == 0
        if is_whole:
            self.succeed(_concatenated([self._outputs[row] for row in sorted(self._outputs)]))

    def succeed(self, outputs: Arrays) -> None:
        """Ends the request with the outputs of all its rows, unless it has ended."""
        with self._lock:
            if not self.future.done():
                self.future.set_result(outputs)

    def fail(self, error: BaseException) -> None:
        """Ends the request with an error, unless it has ended."""
        with self._lock:
            if not self.future.done():
                self.future.set_exception(error)


class RequestPart:
    """Rows of a request that run in one batch: all of them, unless large requests are split.

    Args:
        request: the request.
        begin: its first row in this part.
        end: the row after the last one.
    """

    def __init__(self, request: BatchRequest, begin: int, end: int) -> None:
        self.request = request
        self._begin = begin
        self._end = end

    @property
    def rows(self) -> int:
        """The number of rows."""
        return self._end - self._begin

    @property
    def is_whole_request(self) -> bool:
        """Whether the request has no other part."""
        return self.rows == self.request.rows

    @property
    def inputs(self) -> Arrays:
        """An array per input, of this part's rows."""
        if self.is_whole_request:
            return self.request.inputs
        return {name: array[self._begin : self._end] for name, array in self.request.inputs.items()}

    def succeed(self, outputs: Arrays) -> None:
        """Takes the outputs of this part's rows."""
        self.request.add_outputs(self._begin, outputs)


def _count_rows(inputs: Arrays) -> int:
    sizes = set()
    for array in inputs.values():
        if array.ndim == 0:
            raise invalid_argument("Batching Run() input tensors must have at least one dimension")
        sizes.add(len(array))
    if len(sizes) > 1:
        raise invalid_argument("Batching Run() input tensors must have equal 0th-dimension size")
    return sizes.pop()


def _concatenated(parts: Sequence[Arrays]) -> Arrays:
    if len(parts) == 1:
        return parts[0]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _spent_in_queue() -> StatusError:
    return StatusError(
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        "Run() timeout exceeded while waiting in batching queue",
    )
