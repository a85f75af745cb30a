"""Which gRPC calls are answered: those with the token, and no more than a number at a time."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, NoReturn, TypeAlias

import grpc
from grpc_health.v1 import health

from keras_infogan.serving.protocol.errors import WITHOUT_TOKEN, StatusError
from keras_infogan.serving.server.options import ServerOptions

# Status texts travel in HTTP/2 trailers, which peers refuse above some kilobytes. TensorFlow
# Serving cuts them at the same length and with the same mark.
MAXIMUM_ERROR_BYTES = 1024
_TRUNCATED = "...TRUNCATED"

# gRPC's own text, of which clients may know.
_TOO_MANY = "Concurrent RPC limit exceeded!"

# A refusal takes a part of a millisecond of the event loop, so that thousands of them in a second
# would delay the answers to others.
REFUSALS_PER_SECOND = 200
LONGEST_WAIT_SECONDS = 5.0  # for a refusal; it bounds how many wait

Context: TypeAlias = grpc.aio.ServicerContext


class RefusalPace:
    """Spreads the refusals of strangers over time, in one event loop.

    A stranger who waits for a refusal keeps its place among the calls of its connection, and
    cannot send another one instead.

    Args:
        per_second: how many refusals.
        longest_wait: of a refusal, in seconds; those beyond it come at once.
    """

    def __init__(
        self,
        per_second: float = REFUSALS_PER_SECOND,
        longest_wait: float = LONGEST_WAIT_SECONDS,
    ) -> None:
        self._interval = 1.0 / per_second
        self._longest_wait = longest_wait
        self._next = 0.0  # when the next refusal may come, in the time of the loop

    async def wait(self) -> None:
        """Waits until the next refusal may come."""
        now = asyncio.get_running_loop().time()
        turn = max(self._next, now)
        if turn - now <= self._longest_wait:
            self._next = turn + self._interval
            await asyncio.sleep(turn - now)


class CallLimit:
    """Counts calls from their first byte to their last, all in one event loop.

    Args:
        maximum: how many calls may be open.
        pace: of refusals; None refuses at once.
    """

    def __init__(self, maximum: int, pace: RefusalPace | None = None) -> None:
        self._maximum = maximum
        self._pace = pace
        self._open = 0

    async def admit(self, context: Context) -> None:
        """Counts a call until it ends, or refuses it with RESOURCE_EXHAUSTED."""
        if self._open >= self._maximum:
            if self._pace is not None:
                await self._pace.wait()
            await abort(context, grpc.StatusCode.RESOURCE_EXHAUSTED, _TOO_MANY)
        self._open += 1
        context.add_done_callback(self._end)

    def _end(self, context: Context) -> None:
        self._open -= 1


class TokenInterceptor(grpc.aio.ServerInterceptor):
    """Refuses calls without the token; health checks need none.

    Args:
        options: hold the token.
        pace: of the refusals.
    """

    def __init__(self, options: ServerOptions, pace: RefusalPace) -> None:
        self._options = options
        self._pace = pace
        # A stream, so that the refusal does not wait for a request that may never come.
        self._refusal = grpc.stream_unary_rpc_method_handler(self._refuse)

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[grpc.RpcMethodHandler]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> grpc.RpcMethodHandler:
        """Passes a call on, or refuses it."""
        is_health = handler_call_details.method.startswith(f"/{health.SERVICE_NAME}/")
        if is_health or has_token(handler_call_details.invocation_metadata, self._options):
            return await continuation(handler_call_details)
        return self._refusal

    async def _refuse(self, requests: object, context: Context) -> NoReturn:
        await self._pace.wait()
        await abort(context, grpc.StatusCode.UNAUTHENTICATED, WITHOUT_TOKEN)


def has_token(metadata: Any, options: ServerOptions) -> bool:
    """Tells whether the metadata of a call holds the token, or the server asks for none."""
    return options.admits(str(dict(metadata or ()).get("authorization", "")))


async def read_message(context: Context, seconds: float) -> bytes:
    """Reads the only message of a call, as bytes.

    Args:
        context: of a call whose handler takes a stream: it begins before the message is there.
        seconds: how long the message may take to arrive.

    Raises:
        StatusError: DEADLINE_EXCEEDED when it takes longer, INTERNAL when there is none.
    """
    try:
        async with asyncio.timeout(seconds):
            message: Any = await context.read()
    except TimeoutError:
        raise StatusError(
            grpc.StatusCode.DEADLINE_EXCEEDED,
            f"The request should arrive within {seconds:g} s. Received: less than the whole",
        ) from None
    if message is grpc.aio.EOF:
        raise StatusError(
            grpc.StatusCode.INTERNAL, "The call should send a request. Received: none"
        )
    return message


async def abort(context: Context, code: grpc.StatusCode, message: str) -> NoReturn:
    """Ends a call with an error, whose text is cut to what peers accept."""
    encoded = message.encode("utf-8", errors="replace")
    if len(encoded) > MAXIMUM_ERROR_BYTES:
        message = encoded[:MAXIMUM_ERROR_BYTES].decode("utf-8", errors="ignore") + _TRUNCATED
    await context.abort(code, message)
    raise AssertionError("abort returned")
