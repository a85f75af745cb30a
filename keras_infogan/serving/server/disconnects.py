"""What a REST request still waits for is dropped when its connection ends."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import anyio
from starlette.requests import ClientDisconnect, Request

from keras_infogan.serving.repository.callers import Caller, current_caller

Result = TypeVar("Result")


async def run_while_connected(request: Request, work: Callable[[], Awaitable[Result]]) -> Result:
    """Waits for work, unless the connection ends before it does.

    However the waiting ends, what the work has in a queue is dropped. What runs in a model already
    runs to its end.

    Args:
        request: whose body has been read.
        work: begins the work; threads that it uses see the caller as `current_caller`.

    Returns:
        What the work returns.

    Raises:
        ClientDisconnect: when the connection has ended.
    """
    caller = Caller()
    token = current_caller.set(caller)
    with anyio.CancelScope() as scope:
        watching = asyncio.ensure_future(_cancel_on_disconnect(request, scope))
        try:
            return await work()
        finally:
            watching.cancel()
            caller.leave()
            current_caller.reset(token)
    raise ClientDisconnect


async def _cancel_on_disconnect(request: Request, scope: anyio.CancelScope) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    scope.cancel()
