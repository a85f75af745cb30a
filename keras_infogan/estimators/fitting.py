"""Fits a separate statistics network, to estimate I(x; c) of samples."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import keras
import tensorflow as tf

from keras_infogan.estimators.bounds import Estimator
from keras_infogan.runtime.arguments import checked_count, checked_number
from keras_infogan.runtime.types import Tensor

LARGEST_GRADIENT_NORM = 1.0


class InformationEstimate(NamedTuple):
    """The estimate of a fitted statistics network, on batches that it was not fitted on.

    Attributes:
        mean: of the batches' values, in nats.
        standard_deviation: of the value of one batch, in nats.
        batches: the number of batches.
    """

    mean: float
    standard_deviation: float
    batches: int

    @property
    def standard_error(self) -> float:
        """Standard error of the mean, in nats, without the effect of the initial weights."""
        return self.standard_deviation / math.sqrt(self.batches)


def estimate_information(
    sample: Callable[[int, Tensor], tuple[Tensor, Tensor]],
    estimator: Estimator,
    statistics_network: keras.layers.Layer,
    steps: int = 1000,
    batch_size: int = 128,
    learning_rate: float = 1e-3,
    held_out: int = 32,
    seed: int = 0,
) -> InformationEstimate:
    """Estimates I(x; c) of a source of samples, by a separate statistics network.

    The network is trained in place to maximize the estimator on fresh draws, by Adam with the
    gradient's norm clipped at 1, then evaluated on new draws. It shares nothing with the Q that
    trained a generator, so their two estimates are independent.

    Args:
        sample: (batch_size, seed) -> x float [B, F] and c float [B, K], paired draws; the seed is
            an int32 [2] tensor, different for each draw. Categories should be one-hot.
        estimator: turns scores into nats.
        statistics_network: (x, c) -> scores float32 [B, B].
        steps: updates, int >= 1.
        batch_size: B, int >= 2; `InfoNCE` needs much more than e^I.
        learning_rate: of Adam, float > 0.
        held_out: batches to evaluate on, int >= 2.
        seed: int; equal seeds and equal initial weights give equal estimates.

    Raises:
        ValueError: an argument out of range, or draws of a wrong shape or with NaN or infinity.
        TypeError: the estimator is not an `Estimator`.

    Examples:
        >>> def sample(batch_size, seed):   # I(x; c) = ln(2) / 2 = 0.347 nats
        ...     c, noise = tf.unstack(tf.random.stateless_normal([2, batch_size, 1], seed))
        ...     return c + noise, c
        >>> estimators = infogan.estimators
        >>> found = estimate_information(
        ...     sample, estimators.InfoNCE(), estimators.StatisticsNetwork(), steps=200
        ... )
        >>> round(found.mean, 1)
        0.3
    """
    _check_fit(estimator, steps, batch_size, learning_rate, held_out)

    def draw(index: int) -> tuple[Tensor, Tensor]:
        return _checked_draw(sample, batch_size, tf.constant([seed, index], tf.int32))

    first_draw = draw(0)
    update = _updates(estimator, statistics_network, learning_rate, first_draw)
    update(*first_draw)
    for step in range(1, steps):
        update(*draw(step))
    read = tf.function(lambda x, c: estimator(statistics_network(x, c)))
    values = tf.stack([read(*draw(steps + batch)) for batch in range(held_out)])
    deviation = tf.math.reduce_std(values) * math.sqrt(held_out / (held_out - 1))
    return InformationEstimate(float(tf.reduce_mean(values)), float(deviation), held_out)


def _updates(
    estimator: Estimator,
    statistics_network: keras.layers.Layer,
    learning_rate: float,
    first_draw: tuple[Tensor, Tensor],
) -> Callable[[Tensor, Tensor], None]:
    """The training step; the first draw has built the networks."""
    estimator(statistics_network(*first_draw))
    variables = statistics_network.trainable_variables
    # e^T has a heavy tail: one large gradient would shorten Adam's steps for a thousand updates.
    optimizer = keras.optimizers.Adam(learning_rate, global_clipnorm=LARGEST_GRADIENT_NORM)
    optimizer.build(variables)

    @tf.function
    def update(x: Tensor, c: Tensor) -> None:
        with tf.GradientTape() as tape:
            loss = -estimator(statistics_network(x, c), training=True)
        gradients = tape.gradient(loss, [variable.value for variable in variables])
        optimizer.apply(gradients, variables)

    return update


def _checked_draw(sample: Callable[..., Any], batch_size: int, seed: Tensor) -> tuple[Any, Any]:
    x, c = (tf.cast(part, tf.float32) for part in sample(batch_size, seed))
    if x.shape.rank != 2 or c.shape.rank != 2 or {x.shape[0], c.shape[0]} != {batch_size}:
        raise ValueError(
            "`sample` should return x [B, F] and c [B, K] with B the batch size. "
            f"Received: shapes {tuple(x.shape)} and {tuple(c.shape)} for batch_size={batch_size}"
        )
    for name, part in (("x", x), ("c", c)):
        if not tf.reduce_all(tf.math.is_finite(part)):
            raise ValueError(
                "`sample` should return finite numbers. "
                f"Received: NaN or infinity in {name} for seed={seed.numpy().tolist()}"
            )
    return x, c


def _check_fit(
    estimator: Estimator, steps: int, batch_size: int, learning_rate: float, held_out: int
) -> None:
    if not isinstance(estimator, Estimator):
        raise TypeError(f"`estimator` should be an Estimator. Received: {estimator!r}")
    checked_count("steps", steps, 1)
    checked_count("batch_size", batch_size, 2)
    checked_count("held_out", held_out, 2)
    checked_number("learning_rate", learning_rate, above=0)
