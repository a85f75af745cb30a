"""How an event loop waits for the futures of other threads."""

import asyncio
import contextlib
from collections import deque
from concurrent.futures import Future
from typing import Any


class FutureWaiter:
    """Wakes an event loop once for all futures that end together, as the requests of a batch do.

    `asyncio.wrap_future` wakes it once per future: a write to a socket and a turn of the loop.

    Args:
        loop: the event loop that waits.

    Example::

        await FutureWaiter(asyncio.get_running_loop()).wait(executor.submit(time.sleep, 1.0))
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._ended: deque[asyncio.Future[None]] = deque()
        self._is_called = False

    async def wait(self, future: Future[Any]) -> None:
        """Waits until a future of another thread has ended, however it did.

        Args:
            future: it is not cancelled if the waiting task is.
        """
        waiter = self._loop.create_future()
        future.add_done_callback(lambda _: self._add(waiter))
        await waiter

    def _add(self, waiter: asyncio.Future[None]) -> None:
        """Notes an end, in the thread that ended it."""
        self._ended.append(waiter)
        # `_tell` resets the flag before it looks, so that no end is missed.
        if not self._is_called:
            self._is_called = True
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits
                self._loop.call_soon_threadsafe(self._tell)

    def _tell(self) -> None:
        self._is_called = False
        while self._ended:
            waiter = self._ended.popleft()
            if not waiter.done():
                waiter.set_result(None)
