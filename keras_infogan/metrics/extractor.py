"""A named network that turns images into features, and optionally into class probabilities."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import keras
import numpy as np

from keras_infogan.metrics.checks import finite_matrix
from keras_infogan.metrics.class_scores import checked_probabilities
from keras_infogan.runtime.arguments import checked_count
from keras_infogan.runtime.images import unit_array

FEATURES = "features"
PROBABILITIES = "probabilities"


class Extracted(NamedTuple):
    """The output of an extractor for a batch of B images.

    Attributes:
        features: floats [B, D].
        probabilities: of K classes, floats [B, K]; None of an extractor that has no classes.
    """

    features: np.ndarray
    probabilities: np.ndarray | None


@dataclass(frozen=True)
class Extractor:
    """A named network whose features measures of image quality use.

    A score depends on its extractor as much as on the images. So every score's name ends in the
    extractor's name: "frechet_distance/mnist_classifier".

    Args:
        name: the end of the names of scores.
        model: a Keras model, or any callable, from preprocessed images to features [B, D], or to
            {"features": [B, D], "probabilities": [B, K]}. A Keras model is run in inference mode.
        preprocess: from float32 images [B, H, W, C] in [0, 1] to what `model` takes; without it
            the images themselves.

    Raises:
        ValueError: no name.
        TypeError: a model that cannot be called.

    Examples:
        >>> pixels = Extractor("pixels", lambda images: np.reshape(images, [len(images), -1]))
        >>> pixels(np.zeros([2, 28, 28, 1], np.uint8)).features.shape
        (2, 784)
    """

    name: str
    model: Callable[[Any], Any]
    preprocess: Callable[[Any], Any] | None = None

    def __post_init__(self) -> None:
        if not self.name:
            raise ValueError(f"`name` should not be empty. Received: name={self.name!r}")
        if not callable(self.model):
            raise TypeError(
                "`model` should be a Keras model or another callable from images to features. "
                f"Received: {self.model!r}"
            )

    def __call__(self, images: Any, white: int | None = None) -> Extracted:
        """Runs the network on a batch.

        Args:
            images: [B, H, W, C], see `keras_infogan.runtime.images.checked_images`: uint8, floats
                in [0, 1] or [0, 255], ...
            white: the value of white in floats, 1 or 255, where it is known from other batches of
                the same stream; None finds it in these images.

        Raises:
            TypeError: images that are not numbers.
            ValueError: another shape, no images, values that are NaN or out of range; images that
                a Keras model does not take, by their size or color; or the model gave features or
                probabilities that are none, or not B of them.
        """
        inputs = unit_array(images, white=white)
        count = len(inputs)
        inputs = self.preprocess(inputs) if self.preprocess else inputs
        self._check_size(inputs)
        outputs = self._infer(inputs)
        if not isinstance(outputs, dict):
            outputs = {FEATURES: outputs}
        features = finite_matrix(FEATURES, outputs[FEATURES])
        probabilities = outputs.get(PROBABILITIES)
        if probabilities is not None:
            probabilities = checked_probabilities(PROBABILITIES, probabilities)
        for name, rows in ((FEATURES, features), (PROBABILITIES, probabilities)):
            if rows is not None and len(rows) != count:
                raise ValueError(
                    f"`{name}` should have a row for each of {count} images. Received: {len(rows)}"
                )
        return Extracted(features, probabilities)

    def _check_size(self, inputs: Any) -> None:
        """Checks the inputs of a Keras model that knows the size of its images."""
        wanted = getattr(self.model, "input_shape", None)
        if not (isinstance(self.model, keras.Model) and isinstance(wanted, tuple)):
            return
        sizes = list(np.shape(inputs))
        if len(sizes) != len(wanted) or any(
            want not in (None, size) for size, want in zip(sizes[1:], wanted[1:], strict=True)
        ):
            names = ", ".join("any" if want is None else str(want) for want in wanted[1:])
            raise ValueError(
                f"`images` should have shape [batch, {names}] for {self.name!r}. Received: {sizes}"
            )

    def _infer(self, inputs: Any) -> Any:
        if isinstance(self.model, keras.Model):
            return self.model.predict_on_batch(inputs)
        return self.model(inputs)


def image_batches(images: Any, batch_size: int = 500) -> Iterator[Any]:
    """Yields an array's images in batches; the last one may be smaller.

    Args:
        images: [N, H, W, C].
        batch_size: of at least 1.

    Raises:
        ValueError: a `batch_size` below 1.

    Examples:
        >>> [len(batch) for batch in image_batches(np.zeros([5, 8, 8, 1]), 2)]
        [2, 2, 1]
    """
    checked_count("batch_size", batch_size, 1)
    return (images[start : start + batch_size] for start in range(0, len(images), batch_size))
