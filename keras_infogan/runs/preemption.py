"""Signals that end a run at the next update, with everything saved."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType, TracebackType
from typing import Any, Self

import keras

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupted(KeyboardInterrupt):
    """A signal asked the process to end.

    Args:
        number: of the signal; a process that ends by it has the exit status 128 + number.
    """

    def __init__(self, number: int):
        super().__init__(f"interrupted by {signal.Signals(number).name}")
        self.number = number


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Raises `Interrupted` at once on Ctrl-C or SIGTERM, for work that can stop at any point.

    Raises:
        Interrupted: in the block.

    Examples:
        >>> with interruptible():
        ...     total = sum(range(1_000_000))
    """

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise Interrupted(number)

    # Python lets its main thread alone handle signals.
    is_main = threading.current_thread() is threading.main_thread()
    numbers = SIGNALS if is_main else ()
    former = {number: signal.signal(number, interrupt) for number in numbers}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


class Preemption(keras.callbacks.Callback):
    """Turns Ctrl-C and SIGTERM into `Interrupted`, raised after the update in progress.

    It is a context manager, whose signals count while it is entered, and a callback, which raises
    between two updates: never while a file is written. A second signal raises at once.

    Args:
        agree: given the number of the signal that came, or 0, returns the one to end by, or 0. All
            workers of a job should end after the same update: `Workers.largest`.

    Raises:
        Interrupted: in `fit`.

    Examples:
        >>> with Preemption() as preemption:
        ...     history = model.fit(images, verbose=0, callbacks=[preemption])
    """

    def __init__(self, agree: Callable[[int], int] = int) -> None:
        super().__init__()
        self._agree = agree
        self._requested: int | None = None
        self._former: dict[int, Any] = {}

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Raises when a signal has come."""
        if number := self._agree(self._requested or 0):
            raise Interrupted(number)

    def __enter__(self) -> Self:
        # Python lets its main thread alone handle signals.
        if threading.current_thread() is threading.main_thread():
            self._former = {number: signal.signal(number, self._note) for number in SIGNALS}
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for number, handler in self._former.items():
            signal.signal(number, handler)
        self._former = {}

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self._requested is not None:
            raise Interrupted(number)
        self._requested = number
