"""Settings of TensorFlow for the process of a run: threads and determinism."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import tensorflow as tf

LEAST_THREADS = 2  # one for a function, and one for the pipeline of its input


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

    Raises:
        ValueError: this process has computed already, with a single thread between ops.
    """
    if not enabled:
        yield
        return
    _keep_threads_for_input()
    tf.config.experimental.enable_op_determinism()
    executor = "SINGLE_THREADED_EXECUTOR" if replicas == 1 else ""
    with tf.experimental.function_executor_type(executor):
        yield


def _keep_threads_for_input() -> None:
    """Makes sure that a function which waits for its input leaves a thread to make that input."""
    threading = tf.config.threading
    threads = (
        threading.get_inter_op_parallelism_threads()
        or int(os.environ.get("TF_NUM_INTEROP_THREADS") or 0)
        or os.cpu_count()
        or 1
    )
    if threads >= LEAST_THREADS:
        return
    try:
        threading.set_inter_op_parallelism_threads(LEAST_THREADS)
    except RuntimeError as error:
        raise ValueError(
            f"config.deterministic needs {LEAST_THREADS} threads between ops. "
            f"Received: {threads}, with which TensorFlow has computed already in this process"
        ) from error
