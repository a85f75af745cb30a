import contextlib
import threading
import time
from concurrent.futures import Future

import pytest

from keras_infogan.serving.repository.callers import Caller, InlineExecutor, current_caller


@contextlib.contextmanager
def answering(caller):
    token = current_caller.set(caller)
    yield
    current_caller.reset(token)


def test_a_caller_who_leaves_cancels_what_waits():
    caller, future = Caller(), Future()
    caller.wait_for(future)
    assert not future.cancelled()
    caller.leave()
    assert future.cancelled()


def test_a_caller_who_left_waits_for_nothing():
    caller, future = Caller(), Future()
    caller.leave()
    caller.wait_for(future)
    assert future.cancelled()


def test_what_runs_already_is_not_cancelled():
    caller, future = Caller(), Future()
    caller.wait_for(future)
    future.set_running_or_notify_cancel()
    caller.leave()
    future.set_result(3)
    assert future.result() == 3


def test_an_inline_executor_runs_in_the_calling_thread():
    assert InlineExecutor().submit(threading.get_ident).result() == threading.get_ident()
    with pytest.raises(ZeroDivisionError):
        InlineExecutor().submit(lambda: 1 / 0).result()


def test_nothing_runs_for_a_caller_who_has_left():
    caller = Caller()
    caller.leave()
    with answering(caller):
        assert InlineExecutor(slots=1).submit(abs, -3).cancelled()


def test_slots_limit_what_runs_at_the_same_time():
    executor, running, most = InlineExecutor(slots=2), [], []

    def work():
        running.append(1)
        most.append(len(running))
        time.sleep(0.02)
        running.pop()

    threads = [threading.Thread(target=executor.submit, args=(work,)) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(most), max(most)) == (10, 2)
