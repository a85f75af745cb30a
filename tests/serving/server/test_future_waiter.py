import asyncio
import threading
from concurrent.futures import Future

import pytest

from keras_infogan.serving.server.future_waiter import FutureWaiter


class CountingLoop:
    """The running loop, and how often another thread woke it."""

    def __init__(self):
        self.loop = asyncio.get_running_loop()
        self.wakes = 0

    def create_future(self):
        return self.loop.create_future()

    def call_soon_threadsafe(self, callback):
        self.wakes += 1
        self.loop.call_soon_threadsafe(callback)


def test_what_ends_together_wakes_the_loop_once():
    async def run():
        loop = CountingLoop()
        waiter = FutureWaiter(loop)
        futures = [Future() for _ in range(64)]
        waiting = [asyncio.ensure_future(waiter.wait(future)) for future in futures]
        await asyncio.sleep(0)
        # In the loop's own thread, which cannot turn meanwhile.
        for future in futures:
            future.set_result(None)
        await asyncio.gather(*waiting)
        return loop.wakes

    assert asyncio.run(run()) == 1


def test_none_of_many_threads_is_missed():
    async def run():
        waiter = FutureWaiter(asyncio.get_running_loop())
        futures = [Future() for _ in range(4000)]

        def end(part):
            for future in part:
                future.set_result(None)

        threads = [threading.Thread(target=end, args=(futures[i::4],)) for i in range(4)]
        waiting = [asyncio.ensure_future(waiter.wait(future)) for future in futures]
        await asyncio.sleep(0)
        for thread in threads:
            thread.start()
        await asyncio.wait_for(asyncio.gather(*waiting), 20)
        for thread in threads:
            thread.join()

    asyncio.run(run())


def test_it_waits_for_an_error_too_and_raises_none():
    async def run():
        failed = Future()
        failed.set_exception(ValueError())
        await FutureWaiter(asyncio.get_running_loop()).wait(failed)

    asyncio.run(run())


def test_a_waiter_who_left_is_passed_over():
    async def run():
        waiter, future = FutureWaiter(asyncio.get_running_loop()), Future()
        leaving = asyncio.ensure_future(waiter.wait(future))
        staying = asyncio.ensure_future(waiter.wait(future))
        await asyncio.sleep(0)
        leaving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaving
        future.set_result(None)
        await asyncio.wait_for(staying, 20)

    asyncio.run(run())


def test_what_ends_after_the_loop_disturbs_nobody():
    future = Future()

    async def run():
        waiting = asyncio.ensure_future(FutureWaiter(asyncio.get_running_loop()).wait(future))
        await asyncio.sleep(0)
        waiting.cancel()

    asyncio.run(run())
    future.set_result(None)
