import asyncio

import grpc
import pytest

from keras_infogan.serving.protocol.errors import StatusError
from keras_infogan.serving.server import grpc_admission
from keras_infogan.serving.server.grpc_admission import (
    CallLimit,
    RefusalPace,
    has_token,
    read_message,
)
from keras_infogan.serving.server.options import ServerOptions


class Aborted(Exception):
    pass


class Context:
    """A call: what it reads, how it was refused, and what happens at its end."""

    def __init__(self, message=b"", seconds=0.0):
        self._message = message
        self._seconds = seconds
        self._callbacks = []
        self.refusal = None

    async def read(self):
        await asyncio.sleep(self._seconds)
        return self._message

    async def abort(self, code, message):
        self.refusal = (code, message)
        raise Aborted

    def add_done_callback(self, callback):
        self._callbacks.append(callback)

    def end(self):
        for callback in self._callbacks:
            callback(self)


def test_a_limit_counts_calls_until_they_end():
    async def run():
        limit, contexts = CallLimit(2), [Context() for _ in range(4)]
        await limit.admit(contexts[0])
        await limit.admit(contexts[1])
        with pytest.raises(Aborted):
            await limit.admit(contexts[2])
        contexts[0].end()
        await limit.admit(contexts[3])
        return [context.refusal for context in contexts]

    refused = (grpc.StatusCode.RESOURCE_EXHAUSTED, "Concurrent RPC limit exceeded!")
    assert asyncio.run(run()) == [None, None, refused, None]


def test_refusals_come_one_after_another_and_beyond_the_longest_wait_at_once():
    async def run(count):
        pace, loop = RefusalPace(per_second=50, longest_wait=0.1), asyncio.get_running_loop()
        started, times = loop.time(), []

        async def refuse():
            await pace.wait()
            times.append(loop.time() - started)

        await asyncio.gather(*(refuse() for _ in range(count)))
        return times

    times = sorted(asyncio.run(run(9)))
    # Six have turns within 0.1 s; the three others do not wait. Timers are never early.
    assert all(later >= turn / 50 - 0.005 for turn, later in enumerate(times[3:]))


def test_a_limit_without_a_pace_refuses_at_once_and_with_one_in_turn():
    async def run(pace):
        limit, loop = CallLimit(0, pace), asyncio.get_running_loop()
        started = loop.time()
        for _ in range(3):
            with pytest.raises(Aborted):
                await limit.admit(Context())
        return loop.time() - started

    assert asyncio.run(run(RefusalPace(per_second=20))) >= 0.09
    assert asyncio.run(run(None)) < 0.09


@pytest.mark.parametrize(
    ("context", "code"),
    [
        (Context(seconds=5.0), grpc.StatusCode.DEADLINE_EXCEEDED),
        (Context(grpc.aio.EOF), grpc.StatusCode.INTERNAL),
    ],
)
def test_a_message_must_come_in_time(context, code):
    with pytest.raises(StatusError) as caught:
        asyncio.run(read_message(context, 0.05))
    assert caught.value.code == code


def test_a_message_that_comes_is_read():
    assert asyncio.run(read_message(Context(b"x"), 5.0)) == b"x"


def test_the_token_is_looked_for_in_the_metadata():
    options = ServerOptions(auth_token="secret")
    assert has_token((("authorization", "Bearer secret"),), options)
    assert not has_token((("authorization", "Bearer wrong"),), options)
    assert not has_token(None, options)
    assert has_token(None, ServerOptions())


def test_a_long_error_is_cut():
    context = Context()
    with pytest.raises(Aborted):
        asyncio.run(grpc_admission.abort(context, grpc.StatusCode.INTERNAL, "\u00e9" * 600))
    _, text = context.refusal
    assert text == "\u00e9" * 512 + "...TRUNCATED"
