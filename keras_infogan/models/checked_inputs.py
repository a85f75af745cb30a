"""`fit`, `evaluate`, `predict` and the methods for one batch: one rule for their images."""

from __future__ import annotations

import types
from typing import Any

import keras
import tensorflow as tf

from keras_infogan.models.batches import BatchRule, split
from keras_infogan.models.compiling import check_callbacks, check_no_weights
from keras_infogan.models.labels import LabelRule
from keras_infogan.models.sources import Pair, SourceRule
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
    def label_rule(self) -> LabelRule | None:
        """The rule for the labels of training; None of a model that takes none."""
        return None

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
        *args: Any,
        validation_split: float = 0.0,
        validation_data: Any = None,
        callbacks: Any = None,
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
        check_no_weights("fit", kwargs)
        rule = self._rule(leaves_nan=True)
        if isinstance(validation_data, (tuple, list)):
            validation_data = self._rule().source(*validation_data[:2])
        elif validation_data is not None:
            validation_data = self._rule().source(validation_data)
        if isinstance(x, (tf.data.Dataset, types.GeneratorType)):
            kwargs.setdefault("shuffle", False)  # otherwise Keras warns about its own default
        x, y = rule.source(x, y)
        if validation_split and validation_data is None:
            (x, y), validation_data = split(x, y, validation_split)
        x, y = self._batch_rule().source(x, y, batch_size, kwargs.get("shuffle", True))
        if isinstance(x, tf.data.Dataset):
            kwargs["shuffle"] = False
        with one_sentence():
            return super().fit(
                x,
                y,
                batch_size,
                *args,
                callbacks=callbacks,
                validation_split=0.0 if validation_data is not None else validation_split,
                validation_data=validation_data,
                **kwargs,
            )

    def evaluate(self, x: Any = None, y: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Keras's `evaluate`; `x` and `y` as for `fit`, but NaN is refused.

        Each batch counts by its images.
        """
        check_no_weights("evaluate", kwargs)
        if not reads_cached_data(kwargs):
            x, y = self._rule().source(x, y)
        with one_sentence():
            return super().evaluate(x, y, *args, **kwargs)

    def predict(self, x: Any, *args: Any, **kwargs: Any) -> Any:
        """Keras's `predict`: Q's parameters and the logit, as from a call; `x` as for `fit`."""
        x, _ = SourceRule(self.image_shape).source(x)
        with one_sentence():
            return super().predict(x, *args, **kwargs)

    def predict_on_batch(self, x: Any) -> Any:
        """`predict` of one array of images."""
        x, _ = SourceRule(self.image_shape).arrays(x)
        return super().predict_on_batch(x)

    def train_on_batch(self, x: Any, y: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Keras's `train_on_batch` on an array of images; `y` as for `fit`.

        The first batch of floats that is not black decides their range, [0, 1] or [0, 255], and
        every later batch is held to it, until `compile` is called.
        """
        return super().train_on_batch(*self._single_batch(x, y), *args, **kwargs)

    def test_on_batch(self, x: Any, y: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Keras's `test_on_batch`; otherwise as `train_on_batch`."""
        return super().test_on_batch(*self._single_batch(x, y), *args, **kwargs)

    def compile(self, *args: Any, **kwargs: Any) -> None:
        """Keras's `compile`; it forgets the range of earlier calls of `train_on_batch`."""
        self._batch_white = None
        super().compile(*args, **kwargs)

    @property
    def updates_per_step(self) -> int:
        """Parts of a batch in one step, each for an update of its own."""
        return 1

    def _batch_rule(self) -> BatchRule:
        replicas = self.distribute_strategy.num_replicas_in_sync
        return BatchRule(self.updates_per_step, replicas, one_size=bool(self.jit_compile))

    def _rule(self, leaves_nan: bool = False) -> SourceRule:
        return SourceRule(self.image_shape, self.label_rule, leaves_nan)

    def _single_batch(self, x: Any, y: Any) -> Pair:
        images, _ = SourceRule(self.image_shape).parted((x, y))
        array = as_numbers(images)
        if self._batch_white is None and array.dtype.kind == "f" and array.any():
            self._batch_white = stream_white([array])
        return self._rule().arrays(x, y, self._batch_white)
