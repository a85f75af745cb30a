"""Many devices: the strategies of a run, and the workers that it has between them."""

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
LONGEST_START = 120.0  # seconds that TensorFlow gets to connect workers that are all there
WORKER_LOST_STATUS = 75  # EX_TEMPFAIL of sysexits.h: the same command may well succeed later

# What the workers that are left find when one is gone, in the middle of a step or between two.
_LOSSES = (
    tf.errors.UnavailableError,
    tf.errors.AbortedError,
    tf.errors.CancelledError,
    tf.errors.DeadlineExceededError,
    tf.errors.InternalError,
)


class WorkerLostError(RuntimeError):
    """A worker of the job is not there, so that the others cannot go on either.

    Attributes:
        exit_status: of a command that ends by it.
    """

    exit_status = WORKER_LOST_STATUS


@dataclasses.dataclass(frozen=True)
class Workers:
    """The processes that train one model together, as one of them sees it.

    Args:
        strategy: what the model is to be built under, by `strategy.scope()`.
        is_chief: whether this one writes: checkpoints, logs, pictures, the model. There is one.
    """

    strategy: tf.distribute.Strategy
    is_chief: bool = True

    @property
    def replicas(self) -> int:
        """Parts of a batch, one a device, on all workers together."""
        return self.strategy.num_replicas_in_sync

    def say(self, text: str) -> None:
        """Prints a line, on the chief alone."""
        if self.is_chief:
            print(text)

    def wait(self) -> None:
        """Waits until every worker is here."""
        self.check_same("program", "")

    def check_same(self, what: str, value: Any) -> None:
        """Waits until every worker is here, and refuses to go on where they differ.

        Args:
            what: the value's name.
            value: of this worker; anything with a `repr`.

        Raises:
            ValueError: the workers' values are not equal.
        """
        digests = self._values_of_all(zlib.crc32(repr(value).encode()) >> 1)
        if len(set(digests)) > 1:
            raise ValueError(f"All workers should have the same {what}. Received: others elsewhere")

    def largest(self, value: int) -> int:
        """The largest of all workers' values, an int from 0 to 2^31 - 1; they wait for it."""
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
    """Makes a strategy, with "multi_worker" as soon as all workers are there.

    Args:
        strategy: "none"; "mirrored", all GPUs of this machine, or its logical CPUs where it has no
            GPU; or "multi_worker", the processes that the environment variable TF_CONFIG names.
        worker_timeout: seconds to wait for all of them.

    Raises:
        ValueError: an unknown strategy, or a TF_CONFIG that is missing or damaged.
        WorkerLostError: a worker did not come in time, or went in the block.

    Example:

    >>> with connect("mirrored") as workers, workers.strategy.scope():
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
        with _losses_told():
            yield _join_workers(worker_timeout)


def _devices() -> list[str]:
    devices = tf.config.list_logical_devices("GPU") or tf.config.list_logical_devices("CPU")
    return [device.name for device in devices]


def _join_workers(timeout: float) -> Workers:
    addresses, index = _cluster()
    try:
        rendezvous.meet(addresses, index, timeout)
    except TimeoutError as error:
        raise WorkerLostError(
            f"Not all workers of TF_CONFIG came within {timeout:g} s: {error}. Start them "
            "together, or give them longer (--worker_timeout)."
        ) from error
    handler = signal.getsignal(signal.SIGTERM)
    # The last resort, should one die at this very moment: TensorFlow waits for it without end.
    faulthandler.dump_traceback_later(LONGEST_START, exit=True)
    try:
        strategy = tf.distribute.MultiWorkerMirroredStrategy()
    finally:
        faulthandler.cancel_dump_traceback_later()
    # TensorFlow takes the signal for itself, and ignores it.
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
        "TF_CONFIG should be JSON with the addresses of all workers and the place of this one, "
        '{"cluster": {"worker": ["HOST:PORT", ...]}, "task": {"type": "worker", "index": 0}}. '
        f"Received: {text or 'none'}"
    )


@contextmanager
def _losses_told() -> Iterator[None]:
    try:
        yield
    except _LOSSES as error:
        raise WorkerLostError(
            f"A worker was lost ({type(error).__name__}). The same command on all workers goes on "
            "from the last checkpoint."
        ) from error
