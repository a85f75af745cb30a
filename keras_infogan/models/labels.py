"""The one rule for the labels of a model that takes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import tensorflow as tf

from keras_infogan.latents.given import Given
from keras_infogan.runtime.image_tensors import asserted
from keras_infogan.runtime.label_arrays import described_labels, label_array
from keras_infogan.runtime.types import Tensor

LABEL_KEY = "label"  # in TFDS's examples
UNLABELED = -1


class TargetRule(Protocol):
    """Which `y` a model takes in `fit`."""

    def checked(self, labels: Any, count: int) -> np.ndarray:
        """What the input pipeline keeps of the `y` of `count` images."""

    def check_spec(self, spec: Any) -> None:
        """Checks what a dataset declares."""

    def tensor(self, labels: Tensor, count: Tensor) -> Tensor:
        """As `checked`, in a graph."""

    def of(self, example: Mapping[str, Any]) -> Any:
        """The `y` in a dictionary, or None."""


@dataclass(frozen=True)
class GivenRule:
    """What is given with each image, see `keras_infogan.latents.given`.

    Args:
        name: of the input.
        given: the `Given`.
    """

    name: str
    given: Given

    def checked(self, labels: Any, count: int) -> np.ndarray:
        """What the pipeline keeps of what is given with `count` images.

        Raises:
            TypeError, ValueError: it is missing, something else, or not one for each image.
        """
        if labels is None:
            raise ValueError(f"`y` should be {self.name!r}, one for each image. Received: None")
        stored = self.given.stored(labels)
        if len(stored) != count:
            raise ValueError(
                f"`y` should be {self.name!r}, one for each of {count} images. "
                f"Received: {len(stored)}"
            )
        return stored

    def check_spec(self, spec: Any) -> None:
        """Checks that a dataset declares a tensor.

        Raises:
            ValueError: something else.
        """
        if not isinstance(spec, tf.TensorSpec):
            raise ValueError(f"`y` should be {self.name!r}, a tensor. Received: {spec}")

    def tensor(self, labels: Tensor, count: Tensor) -> Tensor:
        stored = self.given.stored_tensor(labels)
        received = tf.shape(stored)[0]

        def message() -> Tensor:
            template = f"`y` should be {self.name!r}, one for each of {{}} images. Received: {{}}"
            return tf.strings.format(template, [count, received])

        return asserted(stored, tf.equal(received, count), message)

    def of(self, example: Mapping[str, Any]) -> Any:
        return example.get(self.name)


@dataclass(frozen=True)
class LabelRule:
    """Which labels a model takes: ints [N] or [N, 1] from 0 to classes - 1, or -1 for no label.

    Args:
        code: name of the code that the labels are of.
        classes: their number.
    """

    code: str
    classes: int

    def checked(self, labels: Any, count: int) -> np.ndarray:
        """Labels of `count` images as int64 [count].

        Raises:
            ValueError: another shape, no ints, or ints out of range.

        Examples:
            >>> LabelRule("digit", 10).checked(np.array([[3], [9]], np.uint8), 2)
            array([3, 9])
        """
        array = label_array(labels)
        has_shape = array.shape in ((count,), (count, 1))
        usable = has_shape and array.dtype.kind in "iu" and count > 0
        if not (usable and array.min() >= UNLABELED and array.max() < self.classes):
            raise ValueError(
                f"`y` should be {count} labels, {self._range}. Received: {described_labels(labels)}"
            )
        return array.reshape(count).astype(np.int64)

    def check_spec(self, spec: Any) -> None:
        """Checks the dtype and the shape that a dataset declares for its labels.

        Raises:
            ValueError: as for `checked`.
        """
        if not isinstance(spec, (tf.TensorSpec, tf.RaggedTensorSpec)):
            raise ValueError(f"`y` should be labels, {self._range}. Received: {spec}")
        sizes = None if spec.shape.rank is None else spec.shape.as_list()
        fits = sizes is None or len(sizes) == 1 or (len(sizes) == 2 and sizes[1] in (1, None))
        if not (fits and spec.dtype.is_integer):
            raise ValueError(
                f"`y` should be labels, {self._range}. Received: {spec.dtype.name} {sizes}"
            )

    def tensor(self, labels: Tensor, count: Tensor) -> Tensor:
        """Labels of `count` images in a graph as int64 [B]; `check_spec` has checked them."""
        labels = self._counted(tf.cast(tf.reshape(labels, [-1]), tf.int64), count)
        is_good = tf.reduce_all(tf.logical_and(labels >= UNLABELED, labels < self.classes))

        def message() -> Tensor:
            template = f"`y` should be labels, {self._range}. Received: from {{}} to {{}}"
            return tf.strings.format(template, [tf.reduce_min(labels), tf.reduce_max(labels)])

        return asserted(labels, is_good, message)

    def _counted(self, labels: Tensor, count: Tensor) -> Tensor:
        """The labels, if there is one for each image; a single one would be broadcast."""

        def message() -> Tensor:
            template = f"`y` should be {{}} labels, {self._range}. Received: {{}}"
            return tf.strings.format(template, [count, tf.size(labels)])

        return asserted(labels, tf.equal(tf.size(labels), count), message)

    def of(self, example: Mapping[str, Any]) -> Any:
        """The labels in a dictionary: under the code's name, or under "label"; else None."""
        return example.get(self.code, example.get(LABEL_KEY))

    @property
    def _range(self) -> str:
        return f"ints in 0..{self.classes - 1}, or {UNLABELED} for none"
