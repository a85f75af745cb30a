"""Inference with a trained model: images from codes, and codes from images."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from tensorflow_probability import distributions as tfd

from keras_infogan.images import unit_images
from keras_infogan.latents.spec import LatentSpec
from keras_infogan.models.sources import SourceRule
from keras_infogan.networks.outputs import DiscriminatorOutput
from keras_infogan.runtime.arguments import checked_count, checked_seed
from keras_infogan.runtime.image_tensors import one_sentence
from keras_infogan.runtime.images import Shape
from keras_infogan.runtime.types import Tensor

PREDICTION_BATCH = 500  # images per pass of `sample` and `recognize`, to bound memory


class Inference:
    """The part of an `InfoGAN` that generates and recognizes, in passes of bounded size.

    Attributes:
        latents: the `LatentSpec`.
        image_shape: (H, W, C).
        _generation: rows of latents -> images, a tf.function.
        _inference: images -> their `DiscriminatorOutput`, a tf.function.
    """

    latents: LatentSpec
    image_shape: Shape
    _generation: Callable[[Tensor], Tensor]
    _inference: Callable[[Tensor], DiscriminatorOutput]

    def sample(
        self, count: int, codes: Mapping[str, Any] | None = None, seed: int = 0
    ) -> np.ndarray:
        """Generates images.

        Args:
            count: number of images, int >= 1.
            codes: code name -> its value for all images, or a value per image; other codes are
                drawn from their prior.
            seed: int; equal seeds give equal images.

        Returns:
            float32 [count, H, W, C] in [0, 1].

        Raises:
            ValueError: an unknown code, a value of wrong shape or range, count < 1, or a seed that
                is no int.

        Examples:
            >>> model.sample(8, codes={"digit": 3, "style": [0.5, -1.0]}, seed=0).shape
            (8, 28, 28, 1)
        """
        count = checked_count("count", count, 1)
        latents = self.latents.fix(self.latents.sample(count, _user_seed(seed)), codes or {})
        return self.generate(latents)

    def generate(self, latents: Mapping[str, Any]) -> np.ndarray:
        """Images, float32 [B, H, W, C] in [0, 1], of latents as `LatentSpec.sample` gives them.

        Raises:
            TypeError, ValueError: as for `LatentSpec.checked`.
        """
        rows = self.latents.concatenate(self.latents.checked(latents))
        return np.concatenate([self._generation(batch).numpy() for batch in _batches(rows)])

    def recognize(self, images: Any) -> dict[str, tfd.Distribution]:
        """Recognizes the codes of images.

        Args:
            images: [N, H, W, C], see `keras_infogan.runtime.images.checked_images`: uint8, floats
                in [0, 1] or [0, 255], ...; or a finite tf.data.Dataset of batches of them, whose
                labels are dropped.

        Returns:
            Q(c|x) per code name, a tfp distribution with batch shape [N]: `.probs` of a
            categorical code is float32 [N, K]; `.mean()` and `.stddev()` of a continuous one of
            d dimensions are [N, d].

        Raises:
            TypeError: another source, or images that are not numbers.
            ValueError: no images, or images of another shape or range, or with NaN.
        """
        parameters = self.discriminate_all(images, with_features=False).parameters
        return {
            name: _with_probabilities(posterior)
            for name, posterior in self.latents.posteriors(parameters).items()
        }

    def discriminate_all(self, images: Any, with_features: bool = True) -> DiscriminatorOutput:
        """`discriminate` in inference mode over any number of images.

        Args:
            images: as for `recognize`.
            with_features: whether to keep the features; otherwise they are None.
        """
        with one_sentence():
            outputs = [self._inference(unit_images(each)) for each in self._image_batches(images)]
        if not with_features:
            outputs = [output._replace(features=None) for output in outputs]
        return DiscriminatorOutput(
            *(
                None if parts[0] is None else tf.concat(parts, axis=0)
                for parts in zip(*outputs, strict=True)
            )
        )

    def traverse(self, code: str, rows: int = 10, columns: int = 10, seed: int = 0) -> np.ndarray:
        """Images in which one code varies while each row keeps all other latents.

        Args:
            code: name of the code. A categorical code shows all its values; each dimension of a
                continuous code takes `columns` steps while its others stay in the middle.
            rows: number of draws of the other latents, int.
            columns: steps per dimension of a continuous code, int.
            seed: int.

        Returns:
            float32 [rows, values, H, W, C] in [0, 1].

        Raises:
            ValueError: an unknown code, rows or columns below 1, or a seed that is no int.
        """
        rows, columns = checked_count("rows", rows, 1), checked_count("columns", columns, 1)
        latents, width = self.latents.traversal(code, rows, columns, _user_seed(seed))
        return self.generate(latents).reshape(rows, width, *self.image_shape)

    def _image_batches(self, images: Any) -> Iterable[Any]:
        if isinstance(images, (keras.utils.PyDataset, types.GeneratorType)):
            raise TypeError(
                "`images` should be an array or a tf.data.Dataset. "
                f"Received: {type(images).__name__}"
            )
        source, _ = SourceRule(self.image_shape).source(images)
        if not isinstance(source, tf.data.Dataset):
            return _batches(source)
        if source.cardinality() == tf.data.INFINITE_CARDINALITY:
            raise ValueError("`images` should be finite. Received: a dataset without end")
        return source


def _user_seed(seed: int) -> Tensor:
    return tf.bitcast(tf.constant(checked_seed("seed", seed), tf.int64), tf.int32)


def _batches(rows: Tensor) -> list[Tensor]:
    return [
        rows[start : start + PREDICTION_BATCH]
        for start in range(0, int(rows.shape[0]), PREDICTION_BATCH)
    ]


def _with_probabilities(posterior: tfd.Distribution) -> tfd.Distribution:
    """A categorical posterior with `.probs`, which is missing if it was made from logits."""
    if isinstance(posterior, tfd.Categorical):
        return tfd.Categorical(probs=tf.nn.softmax(posterior.logits), dtype=posterior.dtype)
    return posterior
