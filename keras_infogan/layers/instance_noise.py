"""Noise on the discriminator's input, which decreases during training."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from keras_infogan.runtime.arguments import checked_number
from keras_infogan.runtime.types import Tensor

Shape = tuple[int | None, ...]


@keras.saving.register_keras_serializable("keras_infogan")
class InstanceNoise(keras.layers.Layer):
    """Adds Gaussian noise in training, so that real and fake images overlap.

    x + s(t) e,  e ~ N(0, I),  s(t) = s_0 max(0, 1 - t / N)

    with s_0 the initial standard deviation, t the training step, counted from 1, and N the steps
    until the noise is gone (Sonderby et al. 2017, arXiv:1610.04490).

    A call with training=True counts as a step, unless `frozen_statistics` freezes the layer. Every
    call draws its own noise from a stateless seed: `seed`, the count of calls and the replica. The
    counts of steps and calls are saved with the weights, so that a resumed run draws the same noise
    as an uninterrupted one.

    Args:
        stddev: s_0 >= 0, in units of the inputs; images are in [0, 1].
        decay_steps: N >= 0; with 0 the noise does not decrease.
        seed: int.

    Raises:
        ValueError: a negative `stddev` or `decay_steps`.

    Examples:
        >>> layer = InstanceNoise(0.1, decay_steps=10_000)
        >>> noisy = layer(tf.zeros([8, 28, 28, 1]), training=True)
        >>> round(float(tf.math.reduce_std(noisy)), 2)
        0.1
    """

    def __init__(self, stddev: float, decay_steps: int = 0, seed: int = 0, **kwargs: Any):
        super().__init__(**kwargs)
        checked_number("decay_steps", decay_steps, least=0)
        self.stddev = checked_number("stddev", stddev, least=0)
        self.decay_steps = decay_steps
        self.seed = seed
        self.steps_per_call = 1

    def build(self, input_shape: Shape) -> None:
        self.step = self._counter("step")
        self.calls = self._counter("calls")
        self.built = True

    def call(self, inputs: Tensor, training: bool = False) -> Tensor:
        if not training:
            return inputs
        # Count first, so that frozen calls after this one have the same standard deviation.
        self.step.assign_add(self.steps_per_call)
        noise = tf.random.stateless_normal(tf.shape(inputs), self._call_seed(), dtype=inputs.dtype)
        self.calls.assign_add(1)
        return inputs + tf.cast(self.current_stddev(), inputs.dtype) * noise

    def current_stddev(self) -> Tensor:
        """s(t), a float32 scalar."""
        if self.decay_steps == 0:
            return tf.constant(self.stddev, tf.float32)
        elapsed = tf.cast(self.step.value, tf.float32) / float(self.decay_steps)
        return self.stddev * tf.maximum(0.0, 1.0 - elapsed)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "stddev": self.stddev,
            "decay_steps": self.decay_steps,
            "seed": self.seed,
        }

    def _counter(self, name: str) -> keras.Variable:
        return self.add_weight(
            shape=(),
            dtype="int64",
            initializer="zeros",
            trainable=False,
            aggregation="only_first_replica",  # every replica counts the same
            name=name,
        )

    def _call_seed(self) -> Tensor:
        fold = tf.random.experimental.stateless_fold_in
        seed = fold(tf.constant([self.seed, 0], tf.int32), tf.cast(self.calls.value, tf.int32))
        return fold(seed, tf.distribute.get_replica_context().replica_id_in_sync_group)
