"""A PyDataset over another one, for wrappers that change what it yields."""

from __future__ import annotations

from typing import Any

import keras


class ForwardingPyDataset(keras.utils.PyDataset):
    """The batches of another PyDataset, with its workers and its calls at the ends of epochs.

    Args:
        source: what yields the batches.
    """

    def __init__(self, source: keras.utils.PyDataset):
        super().__init__(source.workers, source.use_multiprocessing, source.max_queue_size)
        self._source = source

    @property
    def num_batches(self) -> int | None:
        return self._source.num_batches

    def __getitem__(self, index: int) -> Any:
        return self._source[index]

    def on_epoch_begin(self) -> None:
        self._source.on_epoch_begin()

    def on_epoch_end(self) -> None:
        self._source.on_epoch_end()
