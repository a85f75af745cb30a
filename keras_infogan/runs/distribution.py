"""Training on several devices: `tf.distribute` strategies, and the worker processes of a run."""

from __future__ import annotations

import dataclasses
import faulthandler
import functools
import json
import os
import signal
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import tensorflow as tf

from keras_infogan.runs import rendezvous

STRATEGIES = ("none", "mirrored", "multi_worker")
DEFAULT_WORKER_TIMEOUT = 300.0  # seconds
LONGEST_START = 120.0  # seconds for TensorFlow to connect workers that have all started
WORKER_LOST_STATUS = 75  # EX_TEMPFAIL of sysexits.h: the same command may succeed later

# What the other workers raise when one is lost, during a step or between two steps.
_LOSSES = (
    tf.errors.UnavailableError,
    tf.errors.AbortedError,
    tf.errors.CancelledError,
    tf.errors.DeadlineExceededError,
    tf.errors.InternalError,
)


class WorkerLostError(RuntimeError):
    """A worker of the job did not start or was lost, so the others cannot continue.

    Attributes:
        exit_status: of the command that this error ends.
    """

    exit_status = WORKER_LOST_STATUS


@dataclasses.dataclass(frozen=True)
class Workers:
    """The processes that train one model together, from the view of one of them.

    Args:
        strategy: the model should be built in its `strategy.scope()`.
        is_chief: whether this process writes checkpoints, logs, pictures and the model. Exactly
            one does.
    """

    strategy: tf.distribute.Strategy
    is_chief: bool = True

    @property
    def replicas(self) -> int:
        """Parts of a batch, one per device, on all workers together."""
        return self.strategy.num_replicas_in_sync

    def print_on_chief(self, text: str) -> None:
        """Prints a line, in the chief process only."""
        if self.is_chief:
            print(text)

    def wait(self) -> None:
        """Waits until every worker has reached this call."""
        self.check_same("program", "")

    def check_same(self, what: str, value: Any) -> None:
        """Waits until every worker has reached this call, and raises where their values differ.

        Args:
            what: the value's name.
            value: of this worker; anything with a `repr`.

        Raises:
            ValueError: the workers' values are not equal.
        """
        digests = self._values_of_all(zlib.crc32(repr(value).encode()) >> 1)
        if len(set(digests)) > 1:
            raise ValueError(
                f"All workers should have the same {what}. Received: other values on other workers"
            )

    def largest(self, value: int) -> int:
        """The largest of all workers' values, an int from 0 to 2^31 - 1; waits for all workers."""
        return max(self._values_of_all(value))

    def _values_of_all(self, value: int) -> list[int]:
        if not isinstance(self.strategy, tf.distribute.MultiWorkerMirroredStrategy):
            return [value]
        return self._gather(tf.constant([value], tf.int32)).numpy().tolist()

    @functools.cached_property
    def _gather(self) -> Any:
        @tf.function
        def gather(value: Any) -> Any:
            return self.strategy.gather(self.strategy.run(tf.identity, args=(value,)), axis=0)

        return gather


@contextmanager
def connect(
    strategy: str = "none", worker_timeout: float = DEFAULT_WORKER_TIMEOUT
) -> Iterator[Workers]:
    """Makes a strategy; with "multi_worker" it first waits until all workers have started.

    Args:
        strategy: "none"; "mirrored", all GPUs of this machine, or its logical CPUs where it has no
            GPU; or "multi_worker", the processes that the environment variable TF_CONFIG names.
        worker_timeout: seconds to wait for all of them.

    Raises:
        ValueError: an unknown strategy, or a TF_CONFIG that is missing or damaged.
        WorkerLostError: a worker did not start in time, or was lost in the block.

    Examples:
        >>> with connect("mirrored") as workers, workers.strategy.scope():   # doctest: +SKIP
        ...     model = build_model(config)
    """
    if strategy not in STRATEGIES:
        raise ValueError(
            f"The strategy should be one of {', '.join(STRATEGIES)}. Received: {strategy!r}"
        )
    if strategy == "none":
        yield Workers(tf.distribute.get_strategy())
    elif strategy == "mirrored":
        yield Workers(tf.distribute.MirroredStrategy(_devices()))
    else:
        with _worker_losses_named():
            yield _join_workers(worker_timeout)


def _devices() -> list[str]:
    devices = tf.config.list_logical_devices("GPU") or tf.config.list_logical_devices("CPU")
    return [device.name for device in devices]


def _join_workers(timeout: float) -> Workers:
    addresses, index = _cluster()
    try:
        rendezvous.wait_for_processes(addresses, index, timeout)
    except TimeoutError as error:
        raise WorkerLostError(
            f"Not all workers of TF_CONFIG started within {timeout:g} s: {error}. Start them "
            "together, or allow more time (--worker_timeout)."
        ) from error
    handler = signal.getsignal(signal.SIGTERM)
    # If a worker dies at this moment, TensorFlow waits for it without end: end the process then.
    faulthandler.dump_traceback_later(LONGEST_START, exit=True)
    try:
        strategy = tf.distribute.MultiWorkerMirroredStrategy()
    finally:
        faulthandler.cancel_dump_traceback_later()
    # TensorFlow replaces the signal's handler and ignores the signal.
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, handler)
    return Workers(strategy, is_chief=index == 0)


def _cluster() -> tuple[list[str], int]:
    """The addresses of all workers, the chief's first, and which of them this process is."""
    text = os.environ.get("TF_CONFIG", "")
    try:
        config = json.loads(text)
        jobs = {name: config["cluster"].get(name, []) for name in ("chief", "worker")}
        kind, index = config["task"]["type"], int(config["task"]["index"])
        if 0 <= index < len(jobs[kind]) and len(jobs["chief"]) <= 1:
            return jobs["chief"] + jobs["worker"], index + (kind == "worker") * len(jobs["chief"])
    except (ValueError, KeyError, TypeError, AttributeError):
        pass
    raise ValueError(
        "TF_CONFIG should be JSON with the addresses of all workers and the index of this one, "
        '{"cluster": {"worker": ["HOST:PORT", ...]}, "task": {"type": "worker", "index": 0}}. '
        f"Received: {text or 'none'}"
    )


@contextmanager
def _worker_losses_named() -> Iterator[None]:
    try:
        yield
    except _LOSSES as error:
        raise WorkerLostError(
            f"A worker was lost ({type(error).__name__}). Rerun the same command on all workers to "
            "resume from the last checkpoint."
        ) from error
