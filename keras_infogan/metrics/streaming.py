"""Keras metrics of image quality, for models that log them while they train."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from keras_infogan.metrics.checks import LARGEST
from keras_infogan.metrics.class_scores import SUM_TOLERANCE
from keras_infogan.runtime.arguments import checked_count
from keras_infogan.runtime.types import Tensor


class StreamingMetric(keras.Metric):
    """A Keras metric over an extractor's outputs, named for the extractor; it keeps float64 sums.

    Sums, unlike the means that `RunningGaussian` keeps, add up over the replicas of a strategy.

    Args:
        extractor: the name of the network whose outputs come in; it ends the metric's name.
        width: D, the number of features or of classes.

    Raises:
        ValueError: no name, or a width below 1.
    """

    score = ""

    def __init__(self, extractor: str, width: int, name: str | None = None, **kwargs: Any):
        if not extractor or width < 1:
            raise ValueError(
                "`extractor` should be a name and `width` at least 1. "
                f"Received: extractor={extractor!r}, width={width!r}"
            )
        checked_count("width", width, 1)
        super().__init__(name=name or f"{self.score}/{extractor}", **kwargs)
        self.extractor = extractor
        self.width = width

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "extractor": self.extractor, "width": self.width}

    def _add_sum(self, name: str, *shape: int) -> keras.Variable:
        return self.add_variable(shape, "zeros", dtype="float64", name=name)

    def _checked(self, name: str, rows: Any) -> Tensor:
        rows = tf.cast(rows, tf.float64)
        if rows.shape.rank != 2 or rows.shape[1] not in (None, self.width):
            raise ValueError(
                f"`{name}` should have shape [B, {self.width}]. Received: {rows.shape}"
            )
        return _finite(name, rows)


@keras.saving.register_keras_serializable("keras_infogan")
class FrechetDistance(StreamingMetric):
    """The Frechet distance between features as a Keras metric, "frechet_distance/EXTRACTOR".

    See `frechet_distance` for the equation. Moments come from sums of x and of x x^T, so features
    whose mean is over 10^5 times their deviation lose digits. `result` takes two eigenvalue
    problems of [D, D] and one for singular values: Keras asks for it at every training step, so
    log it in `evaluate` alone where D passes a few hundred.

    Args:
        extractor: the name of the network whose features come in.
        width: D, the number of features.

    Examples:
        >>> distance = FrechetDistance("pixels", width=1)
        >>> distance.update_state([[0.0], [2.0]], [[3.0], [5.0]])
        >>> round(float(distance.result()), 3)
        9.0
    """

    score = "frechet_distance"

    def __init__(self, extractor: str, width: int, name: str | None = None, **kwargs: Any):
        super().__init__(extractor, width, name, **kwargs)
        self._real = self._add_moments("real")
        self._fake = self._add_moments("fake")

    def update_state(self, real: Any, fake: Any, sample_weight: Any = None) -> None:
        """Adds features; Keras calls them `y_true` and `y_pred`.

        Args:
            real, fake: [B, D]; the batches may differ in size.
            sample_weight: None; every image counts equally.

        Raises:
            ValueError: another shape; NaN, infinity or a size above the largest float32, where
                this runs eagerly; weights.
            tf.errors.InvalidArgumentError: NaN, infinity or such a size within a graph.
        """
        _refuse_weights(sample_weight)
        # Both are checked before either is added.
        real, fake = self._checked("real", real), self._checked("fake", fake)
        for (count, total, products), rows in ((self._real, real), (self._fake, fake)):
            count.assign_add(tf.cast(tf.shape(rows)[0], tf.float64))
            total.assign_add(tf.reduce_sum(rows, axis=0))
            products.assign_add(tf.matmul(rows, rows, transpose_a=True))

    def result(self) -> Tensor:
        """The distance, a float64 scalar; NaN until there are two images of both sides.

        It is in squared units of the features, so float32 may be too small for it.
        """
        real_mean, real_covariance = _moments(*self._real)
        fake_mean, fake_covariance = _moments(*self._fake)
        roots = tf.matmul(_root(real_covariance), _root(fake_covariance))
        overlap = tf.reduce_sum(tf.linalg.svd(roots, compute_uv=False))
        traces = tf.linalg.trace(real_covariance) + tf.linalg.trace(fake_covariance)
        distance = tf.reduce_sum((real_mean - fake_mean) ** 2) + traces - 2.0 * overlap
        is_defined = tf.minimum(self._real[0].value, self._fake[0].value) > 1.5
        return _or_nan(is_defined, tf.maximum(distance, 0.0))

    def _add_moments(self, side: str) -> tuple[keras.Variable, ...]:
        return (
            self._add_sum(f"{side}_count"),
            self._add_sum(f"{side}_sum", self.width),
            self._add_sum(f"{side}_products", self.width, self.width),
        )


@keras.saving.register_keras_serializable("keras_infogan")
class InceptionScore(StreamingMetric):
    """The inception score, of one split, as a Keras metric, "inception_score/EXTRACTOR".

    See `inception_score`; the two are equal where `splits` is 1.

    Args:
        extractor: the name of the classifier whose probabilities come in.
        width: K, the number of classes.

    Examples:
        >>> score = InceptionScore("mnist_classifier", width=10)
        >>> score.update_state(np.eye(10))
        >>> round(float(score.result()), 3)
        10.0
    """

    score = "inception_score"

    def __init__(self, extractor: str, width: int, name: str | None = None, **kwargs: Any):
        super().__init__(extractor, width, name, **kwargs)
        self._count = self._add_sum("count")
        self._probabilities = self._add_sum("probabilities", self.width)
        self._negentropy = self._add_sum("negentropy")

    def update_state(self, probabilities: Any, sample_weight: Any = None) -> None:
        """Adds p(y|x) of generated images, [B, K]; each row sums to 1.

        Raises:
            ValueError: another shape; rows that are no probabilities, such as logits, where this
                runs eagerly; weights.
            tf.errors.InvalidArgumentError: such rows within a graph.
        """
        _refuse_weights(sample_weight)
        rows = _probabilities(self._checked("probabilities", probabilities))
        self._count.assign_add(tf.cast(tf.shape(rows)[0], tf.float64))
        self._probabilities.assign_add(tf.reduce_sum(rows, axis=0))
        self._negentropy.assign_add(tf.reduce_sum(tf.math.xlogy(rows, rows)))

    def result(self) -> Tensor:
        """The score, a scalar from 1 to K; NaN before the first image."""
        count = tf.maximum(self._count.value, 1.0)
        mean = self._probabilities.value / count
        divergence = self._negentropy.value / count - tf.reduce_sum(tf.math.xlogy(mean, mean))
        return tf.cast(_or_nan(self._count.value > 0.5, tf.exp(divergence)), self.dtype)


def _moments(
    count: keras.Variable, total: keras.Variable, products: keras.Variable
) -> tuple[Tensor, Tensor]:
    """Mean and unbiased covariance; finite before there are any."""
    mean = total.value / tf.maximum(count.value, 1.0)
    scatter = products.value - count.value * mean[:, None] * mean[None, :]
    return mean, scatter / tf.maximum(count.value - 1.0, 1.0)


def _root(covariance: Tensor) -> Tensor:
    values, vectors = tf.linalg.eigh(covariance)
    return tf.matmul(vectors * tf.sqrt(tf.maximum(values, 0.0)), vectors, transpose_b=True)


def _finite(name: str, rows: Tensor) -> Tensor:
    message = f"`{name}` should be finite. Received: NaN or infinity"
    if not tf.executing_eagerly():
        rows = tf.debugging.check_numerics(rows, message)
    elif not tf.reduce_all(tf.math.is_finite(rows)):
        raise ValueError(message)
    return _require(
        tf.reduce_all(tf.abs(rows) <= LARGEST),
        f"`{name}` should be at most {LARGEST:.3g} in size, the largest float32. "
        "Received: larger values",
        rows,
    )


def _probabilities(rows: Tensor) -> Tensor:
    is_near_one = tf.abs(tf.reduce_sum(rows, axis=1) - 1.0) <= SUM_TOLERANCE
    return _require(
        tf.reduce_all(rows >= 0.0) & tf.reduce_all(is_near_one),
        "`probabilities` should be rows of probabilities that sum to 1. "
        "Received: a row with another sum or a negative value",
        rows,
    )


def _require(condition: Tensor, message: str, rows: Tensor) -> Tensor:
    """The rows, if they are right; XLA leaves the check in a graph out."""
    if not tf.executing_eagerly():
        with tf.control_dependencies([tf.debugging.Assert(condition, [message])]):
            return tf.identity(rows)
    if not condition:
        raise ValueError(message)
    return rows


def _or_nan(is_defined: Tensor, value: Tensor) -> Tensor:
    return tf.where(is_defined, value, tf.constant(float("nan"), tf.float64))


def _refuse_weights(sample_weight: Any) -> None:
    if sample_weight is not None:
        raise ValueError("`sample_weight` should be left out. Received: weights")
