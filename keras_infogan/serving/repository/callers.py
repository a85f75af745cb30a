"""Callers that may leave before their run begins: what nobody waits for is not computed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class Caller:
    """Somebody who waits for an answer; a server tells it when the connection ends.

    Example::

        caller = Caller()
        current_caller.set(caller)   # in the thread that waits
        caller.leave()               # in the thread that sees the connection end
    """

    def __init__(self) -> None:
        self.has_left = False
        self._future: Future[Any] | None = None
        self._lock = threading.Lock()

    def wait_for(self, future: Future[Any]) -> None:
        """Notes what the caller waits for; it is cancelled if the caller has left already."""
        with self._lock:
            self._future = future
        if self.has_left:
            future.cancel()

    def leave(self) -> None:
        """Cancels what the caller waits for; what runs already runs to its end."""
        self.has_left = True
        with self._lock:
            future = self._future
        if future is not None:
            future.cancel()


# Of the thread that answers; None: a caller who never leaves.
current_caller: ContextVar[Caller | None] = ContextVar("current_caller", default=None)


class InlineExecutor(Executor):
    """Runs work in the thread that submits it, and only some of it at the same time.

    Work that waited while `current_caller` left is cancelled.

    Args:
        slots: how much work runs at the same time; None: no limit.

    Examples:
        >>> InlineExecutor(slots=2).submit(abs, -3).result()
        3
    """

    def __init__(self, slots: int | None = None) -> None:
        self._slots = None if slots is None else threading.BoundedSemaphore(slots)

    def submit(
        self,
        function: Callable[Parameters, Result],
        /,
        *arguments: Parameters.args,
        **named: Parameters.kwargs,
    ) -> Future[Result]:
        """Runs the function, and returns a future that has ended."""
        if self._slots is None:
            return _run(function, *arguments, **named)
        with self._slots:
            return _run(function, *arguments, **named)


def _run(
    function: Callable[Parameters, Result], *arguments: Parameters.args, **named: Parameters.kwargs
) -> Future[Result]:
    future: Future[Result] = Future()
    caller = current_caller.get()
    if caller is not None and caller.has_left:
        future.cancel()
        return future
    try:
        future.set_result(function(*arguments, **named))
    except BaseException as error:
        # Whatever it is, `result` raises it.
        future.set_exception(error)
    return future
