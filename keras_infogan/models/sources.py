"""Every source of images that a model takes, brought under the rule of `runtime.images`.

The range of a stream is decided on its first batches, before training; every later batch is held to
it. Arrays are checked as a whole.
"""

from __future__ import annotations

import itertools
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from keras_infogan.models.labels import TargetRule
from keras_infogan.models.py_datasets import ForwardingPyDataset
from keras_infogan.runtime.image_tensors import stored_tensor
from keras_infogan.runtime.images import (
    BATCHES_LOOKED_AT,
    Shape,
    as_numbers,
    check_shape,
    checked_images,
    images_of_example,
    stream_white,
)

PARALLEL = 2  # batches that are checked at a time

Pair = tuple[Any, Any]  # images, and labels or None


@dataclass(frozen=True)
class SourceRule:
    """What a model takes as images, and as labels if it takes them.

    A batch is images, or a tuple (images, labels), or TFDS's {"image": ..., "label": ...}. Labels
    are dropped if the model takes none.

    Args:
        image_shape: (H, W, C) of the model.
        labels: the rule for labels; None drops them.
        leaves_nan: whether NaN may pass in a later batch of a stream; a step leaves it out.
        refuses_weights: whether a third part of a batch, the weights of its images, is an error:
            the losses of a model do not use them.

    Examples:
        >>> source, _ = SourceRule((28, 28, 1)).source(np.full([8, 28, 28, 1], 255.0))
        >>> float(source.max())
        1.0
    """

    image_shape: Shape
    labels: TargetRule | None = None
    leaves_nan: bool = False
    refuses_weights: bool = False

    def source(self, x: Any, y: Any = None) -> Pair:
        """What Keras gets in place of `x` and `y`: images are uint8, or float32 in [0, 1].

        Args:
            x: an array, a tensor, a list or a dictionary with "image"; or a tf.data.Dataset, a
                PyDataset or a generator of batches.
            y: labels, if `x` is an array.

        Raises:
            TypeError: another source, or images that are no numbers.
            ValueError: images or labels that do not follow the rules, or none.
        """
        if isinstance(x, tf.data.Dataset):
            return self._dataset(x), None
        if isinstance(x, tf.distribute.DistributedDataset):
            return self._distributed(x), None
        if isinstance(x, keras.utils.PyDataset):
            return RuledPyDataset(x, self), None
        if isinstance(x, types.GeneratorType):
            return self._generator(x), None
        if not (hasattr(x, "__array__") or isinstance(x, (list, tuple, Mapping))):
            raise TypeError(
                "`x` should be images as an array, or a tf.data.Dataset, a keras.utils.PyDataset "
                f"or a generator of batches of them. Received: {type(x).__name__}"
            )
        return self.arrays(x, y)

    def arrays(self, x: Any, y: Any = None, white: int | None = None) -> Pair:
        """Images and labels that are all there, checked; with `white` as one batch of a stream."""
        if isinstance(x, Mapping):
            x, y = self._of_example(x, y)
        leaves_nan = self.leaves_nan and white is not None
        images = checked_images(x, self.image_shape, white, leaves_nan)
        return images, self.labels.checked(y, len(images)) if self.labels else None

    def batch(self, element: Any, white: int) -> tuple[np.ndarray, ...]:
        """A batch of a generator or PyDataset as the tuple that Keras wants."""
        images, labels = self.arrays(*self.parted(element), white)
        return (images,) if labels is None else (images, labels)

    def parted(self, element: Any) -> Pair:
        """The images and the labels of a batch, or of its specification."""
        images, labels = element, None
        if isinstance(element, (tuple, list)):
            images, labels = element[0], element[1] if len(element) > 1 else None
            if self.refuses_weights and len(element) > 2 and element[2] is not None:
                raise TypeError(
                    "A batch should be images, or (images, labels), without sample weights: the "
                    f"model's losses weigh all images alike. Received: {_names(element)}"
                )
        if isinstance(images, Mapping):
            images, labels = self._of_example(images, labels)
        if self.labels and labels is None:
            raise ValueError(
                f"The dataset should yield images and their labels. Received: {_names(element)}"
            )
        return images, labels if self.labels else None

    def white(self, elements: Iterator[Any]) -> int:
        """The value of white in a stream, from its first batches, which are checked."""

        def checked() -> Iterator[np.ndarray]:
            for element in elements:
                images, labels = self.parted(element)
                array = as_numbers(images)
                check_shape(array.shape, self.image_shape)
                if self.labels:
                    self.labels.checked(labels, len(array))
                yield array

        white = stream_white(checked(), self.leaves_nan)
        if white is None:
            raise ValueError("`x` should hold images. Received: no batches")
        return white

    def _of_example(self, example: Mapping[str, Any], labels: Any) -> Pair:
        images = images_of_example(example)
        if labels is None and self.labels:
            labels = self.labels.of(example)
        return images, labels

    def _dataset(self, dataset: tf.data.Dataset) -> tf.data.Dataset:
        images, labels = self.parted(dataset.element_spec)
        _check_specs(self, images, labels)
        white = self.white(iter(dataset.take(BATCHES_LOOKED_AT)))

        def stored(*element: Any) -> Any:
            images, labels = self.parted(element)
            images = stored_tensor(images, self.image_shape, white, self.leaves_nan)
            if not self.labels:
                return images
            return images, self.labels.tensor(labels, tf.shape(images)[0])

        # Some batches ahead, so that a step does not wait for the checks.
        return dataset.map(stored, num_parallel_calls=PARALLEL)

    def _distributed(self, dataset: Any) -> Any:
        """A dataset that a strategy has distributed; it yields uint8, whose range is known."""
        spec = tf.nest.flatten(dataset.element_spec, expand_composites=True)[0]
        if spec.dtype != tf.uint8:
            raise ValueError(
                f"A distributed dataset should yield uint8 images. Received: {spec.dtype.name}"
            )
        check_shape(spec.shape.as_list(), self.image_shape)
        return dataset

    def _generator(self, batches: Iterator[Any]) -> Iterator[tuple[np.ndarray, ...]]:
        seen: list[Any] = []

        def kept() -> Iterator[Any]:
            for element in batches:
                seen.append(element)
                yield element

        white = self.white(kept())
        return (self.batch(element, white) for element in itertools.chain(seen, batches))


class RuledPyDataset(ForwardingPyDataset):
    """A PyDataset whose batches follow a model's rule.

    Args:
        source: what yields the batches.
        rule: of the model.
    """

    def __init__(self, source: keras.utils.PyDataset, rule: SourceRule):
        super().__init__(source)
        self._rule = rule
        count = source.num_batches
        looked = range(BATCHES_LOOKED_AT if count is None else min(count, BATCHES_LOOKED_AT))
        self._white = rule.white(source[index] for index in looked)

    def __getitem__(self, index: int) -> tuple[np.ndarray, ...]:
        return self._rule.batch(super().__getitem__(index), self._white)


def _check_specs(rule: SourceRule, images: Any, labels: Any) -> None:
    """Checks what a dataset declares, before any batch is made."""
    if not isinstance(images, tf.TensorSpec):
        raise TypeError(f"A dataset's images should be tensors. Received: {images}")
    if images.shape.rank is not None:
        check_shape(images.shape.as_list(), rule.image_shape)
    if rule.labels:
        rule.labels.check_spec(labels)


def _names(element: Any) -> str:
    """A batch or its specification in a few words."""
    if isinstance(element, Mapping):
        return f"a dictionary of {', '.join(map(str, element))}"
    if isinstance(element, (tuple, list)):
        return f"a tuple of {len(element)}"
    return "images alone"
