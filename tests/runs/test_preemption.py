import os
import signal
import threading

import pytest

from keras_infogan.runs.preemption import Interrupted, Preemption


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_waits_for_the_end_of_the_update(number):
    before = signal.getsignal(number)
    with Preemption() as preemption:
        preemption.on_train_batch_end(0)
        os.kill(os.getpid(), number)
        with pytest.raises(Interrupted, match=f"interrupted by {signal.Signals(number).name}"):
            preemption.on_train_batch_end(1)
    assert signal.getsignal(number) == before


def test_a_second_signal_does_not_wait():
    with Preemption():
        os.kill(os.getpid(), signal.SIGTERM)
        with pytest.raises(Interrupted) as caught:
            os.kill(os.getpid(), signal.SIGINT)
            signal.pause()
    assert caught.value.number == signal.SIGINT


def test_a_signal_that_came_elsewhere_ends_this_one_too():
    preemption = Preemption(agree=lambda number: max(number, signal.SIGTERM))
    with pytest.raises(Interrupted) as caught:
        preemption.on_train_batch_end(0)
    assert caught.value.number == signal.SIGTERM


def test_other_threads_change_no_signals():
    before, seen = signal.getsignal(signal.SIGTERM), []

    def enter():
        with Preemption():
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    assert seen == [before]
