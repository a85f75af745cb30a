"""The batches that a training step can divide; others are left out, which is said once."""

from __future__ import annotations

import itertools
import types
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from keras_infogan.models.py_datasets import ForwardingPyDataset
from keras_infogan.runtime.compat import batched_rows
from keras_infogan.runtime.types import Tensor

DEFAULT_BATCH_SIZE = 32  # Keras's, of `fit` on arrays
Pair = tuple[Any, Any]  # images, and labels or None


@dataclass(frozen=True)
class BatchRule:
    """Which batches a step can divide.

    Each replica of a strategy gets the same share of a batch, rounded up, except the last ones,
    which get the rest. Each update of D takes its own part of a share. A part needs an image at
    least, or two for an estimate from pairs of images.

    Args:
        updates: of D per step, int >= 1.
        replicas: of the strategy, int >= 1.
        images: that each update on each replica needs, int >= 1.
        one_size: whether a batch smaller than the others is left out in any case: XLA compiles a
            step again for each size, which takes longer than the epoch.

    Examples:
        >>> rule = BatchRule(updates=5, replicas=2)
        >>> rule.divides(64), rule.divides(11), rule.divides(9)
        (True, True, False)
    """

    updates: int = 1
    replicas: int = 1
    one_size: bool = False
    images: int = 1

    def divides(self, rows: Tensor) -> Tensor:
        """Whether every update on every replica gets its images, a bool; `rows` is an int."""
        share = (rows + self.replicas - 1) // self.replicas
        return rows - (self.replicas - 1) * share >= self.updates * self.images

    def source(self, x: Any, y: Any, batch_size: int | None = None, shuffle: Any = True) -> Pair:
        """The input of `fit` without the batches that a step cannot divide.

        Args:
            x: images as an array, or a tf.data.Dataset, a PyDataset or a generator of batches.
            y: labels of an array, or None.
            batch_size: of an array; None is Keras's own.
            shuffle: whether Keras would shuffle an array.

        Returns:
            `x` and `y` as they are, or a source of the same batches without the one left out.

        Raises:
            ValueError: batches of a size that cannot be divided.
        """
        if self == BatchRule():
            return x, y
        if isinstance(x, (np.ndarray, tf.Tensor)):
            return self._array(x, y, batch_size or DEFAULT_BATCH_SIZE, shuffle)
        if isinstance(x, tf.data.Dataset):
            return self._dataset(x), y
        if isinstance(x, keras.utils.PyDataset):
            return self._py_dataset(x), y
        if isinstance(x, types.GeneratorType):
            return self._generator(x), y
        return x, y

    def _array(self, x: Any, y: Any, batch_size: int, shuffle: Any) -> Pair:
        count = int(x.shape[0])
        self._check(min(batch_size, count))
        rest = count % batch_size
        if rest == count or not self._leaves_out(rest):
            return x, y
        self._say(rest)
        return _whole_batches(x, y, batch_size, bool(shuffle)), None

    def _dataset(self, dataset: tf.data.Dataset) -> tf.data.Dataset:
        size = tf.nest.flatten(dataset.element_spec)[0].shape[0]
        if size is not None:
            self._check(size)
            return dataset
        count, batch_size = batched_rows(dataset) or (0, 1)
        rest = count % batch_size
        if count and (rest == count or not self._leaves_out(rest)):
            self._check(min(batch_size, count))
            return dataset
        first = _rows(next(iter(dataset.take(1)), tf.zeros([self._least])))
        is_known = count > 0 and first in (batch_size, rest)  # no later step changed the sizes
        self._check(batch_size if is_known else first)
        if not is_known:
            return dataset.filter(self._filter(self._said_once()))
        self._say(rest)
        left = dataset.filter(self._filter(lambda rows: False, batch_size))
        return left.apply(tf.data.experimental.assert_cardinality(count // batch_size))

    def _filter(self, leave_out: Callable[[int], bool], least: int = 1) -> Callable[..., Tensor]:
        """What tells a dataset which batches to keep; it calls `leave_out` for the others."""

        def keeps(*element: Any) -> Tensor:
            rows = tf.shape(tf.nest.flatten(element)[0])[0]

            def left_out() -> Tensor:
                return tf.py_function(lambda rows: leave_out(int(rows)), [rows], tf.bool)

            return tf.cond(self.divides(rows) & (rows >= least), lambda: True, left_out)

        return keeps

    def _generator(self, batches: Iterator[Any]) -> Iterator[Any]:
        first = next(batches, None)
        if first is not None:
            self._check(_rows(first))
        say_once = self._said_once()
        every = itertools.chain([] if first is None else [first], batches)
        return (each for each in every if self.divides(_rows(each)) or say_once(_rows(each)))

    def _py_dataset(self, source: keras.utils.PyDataset) -> keras.utils.PyDataset:
        count = source.num_batches
        if not count:
            return source
        self._check(_rows(source[0]))
        rest = _rows(source[count - 1])
        if self.divides(rest):
            return source
        self._say(rest)
        return WithoutLast(source)

    def _leaves_out(self, rest: int) -> bool:
        return rest > 0 and (self.one_size or not self.divides(rest))

    def _check(self, rows: int) -> None:
        if not self.divides(rows):
            raise ValueError(
                f"A batch should hold at least {self._least} images, "
                f"{self._purpose()}. Received: a batch of {rows}"
            )

    def _say(self, rows: int) -> None:
        reason = (
            "with jit_compile, a step would be compiled again for a batch of another size"
            if self.divides(rows)
            else f"a step needs {self._purpose()}"
        )
        warnings.warn(
            f"The last batch of an epoch, of size {rows}, is left out: {reason}.", stacklevel=5
        )

    @property
    def _least(self) -> int:
        return self.updates * self.replicas * self.images

    def _purpose(self) -> str:
        each = "an image" if self.images == 1 else f"{self.images} images"
        updates = f" for each of {self.updates} updates of the discriminator"
        replicas = f" on each of {self.replicas} replicas"
        return f"{each}{updates if self.updates > 1 else ''}{replicas if self.replicas > 1 else ''}"

    def _said_once(self) -> Callable[[int], bool]:
        """A function that says once that a batch is left out, and returns False."""
        said: list[int] = []

        def say(rows: int) -> bool:
            if not said:
                said.append(rows)
                self._say(rows)
            return False

        return say


class WithoutLast(ForwardingPyDataset):
    """A PyDataset without its last batch; it has at least two."""

    @property
    def num_batches(self) -> int:
        return self._source.num_batches - 1


def split(x: Any, y: Any, share: float) -> tuple[Pair, Pair | None]:
    """Arrays for training, and the last `share` of them for validation, as Keras takes it."""
    count = len(x) if isinstance(x, np.ndarray) else 0
    first = int(count * (1.0 - share))
    if not 0 < first < count:
        return (x, y), None
    of_labels = (None, None) if y is None else (y[:first], y[first:])
    return (x[:first], of_labels[0]), (x[first:], of_labels[1])


def _whole_batches(x: Any, y: Any, batch_size: int, shuffle: bool) -> tf.data.Dataset:
    """Arrays in batches of one size; each epoch leaves out other images if it shuffles."""
    # In main memory even if there is a GPU: all images may not fit into its memory.
    with tf.device("CPU"):
        sources = [tf.convert_to_tensor(each) for each in (x, y) if each is not None]

    def drawn(rows: Tensor) -> Any:
        parts = tuple(tf.gather(source, rows) for source in sources)
        return parts if len(parts) > 1 else parts[0]

    count = len(x)
    rows = tf.data.Dataset.range(count)
    rows = rows.shuffle(count) if shuffle else rows
    batches = rows.batch(batch_size, drop_remainder=True).map(drawn).prefetch(tf.data.AUTOTUNE)
    options = tf.data.Options()
    options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.DATA
    return batches.with_options(options)


def _rows(element: Any) -> int:
    return len(tf.nest.flatten(element)[0])
