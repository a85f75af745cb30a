"""`fit`, `evaluate`, `predict` and the methods for one batch: one rule for their images."""

from __future__ import annotations

import types
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import keras
import tensorflow as tf

from keras_infogan.models.batches import BatchRule, split
from keras_infogan.models.compiling import (
    check_callbacks,
    check_counts,
    check_no_weights,
    check_validation_split,
)
from keras_infogan.models.labels import TargetRule
from keras_infogan.models.sources import Pair, SourceRule
from keras_infogan.runtime.arguments import checked_count
from keras_infogan.runtime.compat import reads_cached_data
from keras_infogan.runtime.image_tensors import checked_tensor, one_sentence
from keras_infogan.runtime.images import Shape, as_numbers, stream_white


class CheckedInputs(keras.Model):
    """A Keras model that brings every source of images under `runtime.images`, before Keras.

    Attributes:
        image_shape: (H, W, C).
    """

    image_shape: Shape
    _batch_white: int | None = None  # in floats of `train_on_batch`, once it is known

    @property
    def label_rule(self) -> TargetRule | None:
        """The rule for the labels of training; None of a model that takes none."""
        return None

    def training_on(self, images: Any, labels: Any) -> AbstractContextManager[Any]:
        """What a subclass does around one call of `fit`; by default nothing.

        Args:
            images: checked images to train on, without those to validate on: an array or a stream.
            labels: checked labels of an array, int64 [N]; None for a stream, or a model that takes
                none.
        """
        del images, labels
        return nullcontext()

    def __call__(self, images: Any, *args: Any, **kwargs: Any) -> Any:
        """`call`, for images of any kind that `recognize` takes.

        Raises:
            TypeError, ValueError: as for `recognize`; inside a `tf.function`, values out of range
                raise `tf.errors.InvalidArgumentError`.
        """
        if tf.executing_eagerly() and not isinstance(images, keras.KerasTensor):
            images = checked_tensor(images, self.image_shape)
        return super().__call__(images, *args, **kwargs)

    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: Any = "auto",
        callbacks: Any = None,
        validation_split: float = 0.0,
        validation_data: Any = None,
        shuffle: Any = True,
        class_weight: Any = None,
        sample_weight: Any = None,
        *args: Any,
        **kwargs: Any,
    ) -> keras.callbacks.History:
        """Keras's `fit` on images alone; labels are ignored.

        A batch that a step cannot divide among its updates and the replicas, such as a small last
        one, is left out, with a warning before training; see `BatchRule`.

        The range of a stream of floats is [0, 255] if one of its first 8 batches has a value of 2
        or more, and [0, 1] otherwise. A later batch that is out of this range ends the training.
        A later batch with NaN is left out by the step, and counted.

        Args:
            x: images [N, H, W, C], see `keras_infogan.runtime.images.checked_images`: an array, or
                batches of them from a tf.data.Dataset (`keras.utils.image_dataset_from_directory`,
                `tfds.load(...).batch(...)`), a PyDataset or a generator. A batch may be a tuple
                (images, labels), or a dictionary with the keys "image" and "label".
            y: ignored.
            batch_size: of an array; None is Keras's, 32.
            validation_split: share of an array, its end, to validate on; not with
                `validation_data`.
            validation_data: the same as `x`, or (images, labels).
            callbacks: Keras callbacks; one that needs a single optimizer is refused.

        Raises:
            TypeError: another source, or images that are not numbers; weights of classes or
                samples, which the losses do not use.
            ValueError: images of a wrong shape or range; a callback that cannot work here; batches
                with fewer images than updates of the discriminator.
        """
        check_callbacks(callbacks)
        check_no_weights("fit", class_weight=class_weight, sample_weight=sample_weight)
        check_counts({"batch_size": batch_size, **kwargs})
        checked_count("epochs", epochs, 0)
        check_validation_split(validation_split)
        rule = self._rule(leaves_nan=True)
        if validation_data is not None:
            validation_data = self._validation_source(validation_data)
        x, y = rule.source(x, y)
        if validation_split and validation_data is None:
            (x, y), validation_data = split(x, y, validation_split)
        training = self.training_on(x, y)
        if validation_data is not None:
            size = kwargs.get("validation_batch_size") or batch_size
            images, labels = validation_data
            validation_data = self._read_rule().source(images, labels, size, shuffle=False)
        x, y = self._batch_rule().source(x, y, batch_size, shuffle)
        if isinstance(x, (tf.data.Dataset, types.GeneratorType)):
            shuffle = False  # otherwise Keras warns about its own default
        with one_sentence(), training:
            return super().fit(
                x,
                y,
                batch_size,
                epochs,
                verbose,
                callbacks,
                0.0 if validation_data is not None else validation_split,
                validation_data,
                shuffle,
                class_weight,
                sample_weight,
                *args,
                **kwargs,
            )

    def evaluate(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        verbose: Any = "auto",
        sample_weight: Any = None,
        *args: Any,
        **kwargs: Any,
    ) -> Any:
        """Keras's `evaluate`; `x` and `y` as for `fit`, but NaN is refused.

        Each batch counts by its images.
        """
        check_no_weights("evaluate", sample_weight=sample_weight)
        check_counts({"batch_size": batch_size, **kwargs})
        if not reads_cached_data(kwargs):
            x, y = self._read_rule().source(*self._rule().source(x, y), batch_size, shuffle=False)
        with one_sentence():
            return super().evaluate(x, y, batch_size, verbose, sample_weight, *args, **kwargs)

    def predict(self, x: Any, batch_size: int | None = None, *args: Any, **kwargs: Any) -> Any:
        """Keras's `predict`: Q's parameters and the logit, as from a call; `x` as for `fit`."""
        check_counts({"batch_size": batch_size, **kwargs})
        x, _ = SourceRule(self.image_shape).source(x)
        with one_sentence():
            return super().predict(x, batch_size, *args, **kwargs)

    def predict_on_batch(self, x: Any) -> Any:
        """`predict` of one array of images."""
        x, _ = SourceRule(self.image_shape).arrays(x)
        return super().predict_on_batch(x)

    def train_on_batch(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        class_weight: Any = None,
        return_dict: bool = False,
    ) -> Any:
        """Keras's `train_on_batch` on an array of images; `y` as for `fit`.

        The first batch of floats that is not black decides their range, [0, 1] or [0, 255], and
        every later batch is held to it, until `compile` is called.
        """
        check_no_weights("train_on_batch", class_weight=class_weight, sample_weight=sample_weight)
        return super().train_on_batch(*self._single_batch(x, y), return_dict=return_dict)

    def test_on_batch(
        self, x: Any, y: Any = None, sample_weight: Any = None, return_dict: bool = False
    ) -> Any:
        """Keras's `test_on_batch`; otherwise as `train_on_batch`."""
        check_no_weights("test_on_batch", sample_weight=sample_weight)
        return super().test_on_batch(*self._single_batch(x, y), return_dict=return_dict)

    def compile(self, *args: Any, **kwargs: Any) -> None:
        """Keras's `compile`; it forgets the range of earlier calls of `train_on_batch`."""
        self._batch_white = None
        super().compile(*args, **kwargs)

    @property
    def updates_per_step(self) -> int:
        """Parts of a batch in one step, each for an update of its own."""
        return 1

    @property
    def images_per_update(self) -> int:
        """Images that an update needs at least."""
        return 1

    def _batch_rule(self) -> BatchRule:
        replicas = self.distribute_strategy.num_replicas_in_sync
        one_size, images = bool(self.jit_compile), self.images_per_update
        return BatchRule(self.updates_per_step, replicas, one_size, images)

    def _validation_source(self, data: Any) -> Pair:
        if not isinstance(data, (tuple, list)):
            return self._rule().source(data)
        if not 0 < len(data) < 4:
            raise ValueError(
                "`validation_data` should be images, or (images, labels). "
                f"Received: a {type(data).__name__} of {len(data)}"
            )
        images, labels, weights = (*data, None, None)[:3]
        check_no_weights("fit", sample_weight=weights)
        return self._rule().source(images, labels)

    def _read_rule(self) -> BatchRule:
        """Which batches can be evaluated; a replica without images reads other ones."""
        return BatchRule(images=self.images_per_update)

    def _rule(self, leaves_nan: bool = False) -> SourceRule:
        return SourceRule(self.image_shape, self.label_rule, leaves_nan, refuses_weights=True)

    def _single_batch(self, x: Any, y: Any) -> Pair:
        images, _ = SourceRule(self.image_shape).parted((x, y))
        array = as_numbers(images)
        if self._batch_white is None and array.dtype.kind == "f" and array.any():
            self._batch_white = stream_white([array])
        return self._rule().arrays(x, y, self._batch_white)
