"""How requests are joined into batches, and the file with these settings."""

from __future__ import annotations

import bisect
from dataclasses import dataclass
from pathlib import Path

from keras_infogan.serving.protocol import config_protos

# TensorFlow Serving's own.
DEFAULT_MAX_BATCH_SIZE = 1000
DEFAULT_TIMEOUT_MICROS = 0
DEFAULT_MAX_ENQUEUED_BATCHES = 10


@dataclass(frozen=True)
class BatchingOptions:
    """How requests are joined; the names are those of TensorFlow Serving's batching parameters.

    Args:
        max_batch_size: the largest number of rows of a request, and of a batch unless
            `max_execution_batch_size` sets a smaller one; a request of more rows is refused.
        batch_timeout_micros: how long a batch that is not full waits for more requests while a
            thread is free, in microseconds.
        max_enqueued_batches: how many batches may wait in a queue; a request that needs one more
            is refused at once.
        num_batch_threads: how many batches run at the same time; 0: one per core.
        allowed_batch_sizes: sizes to pad to, ascending, the last one the largest size of a batch;
            empty: no padding.
        enable_large_batch_splitting: whether a request may be split over several batches.
        max_execution_batch_size: the largest number of rows of a batch where requests are split;
            0: `max_batch_size`. Without splitting it has no effect, as in TensorFlow Serving.

    Raises:
        ValueError: for numbers that are out of range, or sizes that are not as said.

    Examples:
        >>> BatchingOptions(max_batch_size=32, allowed_batch_sizes=(1, 8, 32)).max_batch_size
        32
    """

    max_batch_size: int = DEFAULT_MAX_BATCH_SIZE
    batch_timeout_micros: int = DEFAULT_TIMEOUT_MICROS
    max_enqueued_batches: int = DEFAULT_MAX_ENQUEUED_BATCHES
    num_batch_threads: int = 0
    allowed_batch_sizes: tuple[int, ...] = ()
    enable_large_batch_splitting: bool = False
    max_execution_batch_size: int = 0

    def __post_init__(self) -> None:
        for name, least in (
            ("max_batch_size", 1),
            ("batch_timeout_micros", 0),
            ("max_enqueued_batches", 1),
            ("num_batch_threads", 0),
            ("max_execution_batch_size", 0),
        ):
            if getattr(self, name) < least:
                raise ValueError(
                    f"{name} should be at least {least}. Received: {getattr(self, name)}"
                )
        if self.execution_size > self.max_batch_size:
            raise ValueError(
                f"max_execution_batch_size should be at most max_batch_size, "
                f"{self.max_batch_size}. Received: {self.max_execution_batch_size}"
            )
        sizes = self.allowed_batch_sizes
        if sizes and (list(sizes) != sorted(set(sizes)) or sizes[0] < 1):
            raise ValueError(
                f"allowed_batch_sizes should be positive and ascending. Received: {list(sizes)}"
            )
        if sizes and sizes[-1] != self.execution_size:
            name = "max_execution_batch_size" if self._splits else "max_batch_size"
            raise ValueError(
                f"The last of allowed_batch_sizes should be {name}, {self.execution_size}. "
                f"Received: {list(sizes)}"
            )

    @property
    def execution_size(self) -> int:
        """The largest number of rows of a batch."""
        return self.max_execution_batch_size if self._splits else self.max_batch_size

    @property
    def _splits(self) -> bool:
        return self.enable_large_batch_splitting and self.max_execution_batch_size > 0

    def padded_size(self, size: int) -> int:
        """Returns the rows that a batch of `size` rows runs with.

        Examples:
            >>> BatchingOptions(max_batch_size=8, allowed_batch_sizes=(1, 8)).padded_size(2)
            8
        """
        sizes = self.allowed_batch_sizes
        return sizes[bisect.bisect_left(sizes, size)] if sizes and size else size


def read(path: str | Path) -> BatchingOptions:
    """Reads a batching parameters file: a `BatchingParameters` as a text proto.

    Args:
        path: the file.

    Returns:
        The options; what the file leaves out has its default.

    Raises:
        ValueError: when the file is no such text, or its numbers do not fit each other.
        OSError: when the file cannot be read.

    Example::

        read("serving/batching.config").max_batch_size
    """
    parameters = config_protos.read(path, config_protos.BatchingParameters())
    if parameters.pad_variable_length_inputs:
        raise ValueError(
            "pad_variable_length_inputs should be off: rows of other lengths get a batch of "
            f"their own here. Received: true in {path}"
        )
    given = {
        name: getattr(parameters, name).value
        for name in (
            "max_batch_size",
            "batch_timeout_micros",
            "max_enqueued_batches",
            "num_batch_threads",
            "enable_large_batch_splitting",
            "max_execution_batch_size",
        )
        if parameters.HasField(name)
    }
    return BatchingOptions(**given, allowed_batch_sizes=tuple(parameters.allowed_batch_sizes))
