"""Settings of TensorFlow for the process of a run: threads and determinism."""

from collections.abc import Iterator
from contextlib import contextmanager

import tensorflow as tf


def set_threads(threads: int) -> None:
    """Sets how many threads one op of TensorFlow may use, for the whole process.

    Args:
        threads: int >= 0; 0 leaves the number to TensorFlow.

    Raises:
        ValueError: this process has computed already with another number.
    """
    if not threads:
        return
    try:
        tf.config.threading.set_intra_op_parallelism_threads(threads)
    except RuntimeError as error:
        raise ValueError(
            "config.threads should be set before TensorFlow computes anything in this process. "
            f"Received: {threads}"
        ) from error


@contextmanager
def determinism(enabled: bool = True, replicas: int = 1) -> Iterator[None]:
    """Inside it, functions of TensorFlow give the same bits each time, on one device.

    Op determinism (`tf.config.experimental.enable_op_determinism`) is switched on for the whole
    process. It is not enough: AddN adds into the buffer of an input that no other op still reads.
    Which input that is depends on the order in which ops end, so with several threads the order
    of the sum depends on chance. One thread therefore runs the ops of a function, one by one. Each
    op may still use several threads.

    Args:
        enabled: False changes nothing.
        replicas: int >= 1. Several replicas wait for each other, so one thread cannot run them;
            they have op determinism only.
    """
    if not enabled:
        yield
        return
    tf.config.experimental.enable_op_determinism()
    executor = "SINGLE_THREADED_EXECUTOR" if replicas == 1 else ""
    with tf.experimental.function_executor_type(executor):
        yield
