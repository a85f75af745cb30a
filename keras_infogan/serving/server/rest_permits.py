"""How many REST requests are in progress, and how many bytes their bodies hold together."""

import threading
from collections.abc import Callable
from typing import TypeVar

import grpc

from keras_infogan.serving.protocol.errors import StatusError

Result = TypeVar("Result")


class RequestPermits:
    """Gives a permit to each request before its body is read.

    Args:
        maximum_requests: permits at a time.
        maximum_bytes: of all bodies together; a body that is alone may have more.
    """

    def __init__(self, maximum_requests: int, maximum_bytes: int) -> None:
        self._maximum_requests = maximum_requests
        self._maximum_bytes = maximum_bytes
        self._requests = 0
        self._bytes = 0
        self._lock = threading.Lock()

    def take(self) -> "Permit":
        """Returns a permit, or raises RESOURCE_EXHAUSTED where all are taken."""
        with self._lock:
            if self._requests < self._maximum_requests:
                self._requests += 1
                return Permit(self)
        raise StatusError(
            grpc.StatusCode.RESOURCE_EXHAUSTED,
            f"{self._maximum_requests} requests are in progress, as many as the server allows",
        )

    def add_bytes(self, count: int, held: int) -> None:
        """Counts bytes of a request that holds some already, or raises RESOURCE_EXHAUSTED."""
        with self._lock:
            if self._bytes + count <= self._maximum_bytes or self._bytes == held:
                self._bytes += count
                return
        raise StatusError(
            grpc.StatusCode.RESOURCE_EXHAUSTED,
            f"The bodies of the requests in progress have {self._maximum_bytes} bytes, as many as "
            "the server allows",
        )

    def give_back(self, held_bytes: int) -> None:
        """Takes back one permit, and the bytes that were counted under it."""
        with self._lock:
            self._requests -= 1
            self._bytes -= held_bytes


class Permit:
    """The permit of one request; it ends with its work, or when its caller leaves before that.

    Work that continues after its caller left keeps the permit: it is still in progress.

    Args:
        permits: it was taken from these.

    Example::

        permit = permits.take()
        try:
            permit.add_bytes(len(body))
            await run_in_thread(lambda: permit.run(work))
        finally:
            permit.leave()
    """

    def __init__(self, permits: RequestPermits) -> None:
        self._permits = permits
        self._held_bytes = 0
        self._is_claimed = False  # by the work, or by the caller who leaves
        self._lock = threading.Lock()

    def add_bytes(self, count: int) -> None:
        """Counts bytes that the request holds in memory.

        Raises:
            StatusError: RESOURCE_EXHAUSTED when all requests together hold too many.
        """
        self._permits.add_bytes(count, self._held_bytes)
        self._held_bytes += count

    def run(self, work: Callable[[], Result]) -> Result:
        """Does the work, and gives the permit back.

        Raises:
            TimeoutError: when the caller has left: nobody waits for the answer.
        """
        if not self._claim():
            raise TimeoutError
        try:
            return work()
        finally:
            self._permits.give_back(self._held_bytes)

    def leave(self) -> None:
        """Gives the permit back, unless the work has begun and does so itself."""
        if self._claim():
            self._permits.give_back(self._held_bytes)

    def _claim(self) -> bool:
        with self._lock:
            was_claimed, self._is_claimed = self._is_claimed, True
        return not was_claimed
