"""Several small classifiers side by side, and which of them has done best."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

UNITS = 128  # as in the recognition networks of InfoGAN's MNIST, SVHN and CelebA
LEAKY_SLOPE = 0.1
MOMENTUM = 0.9  # of the averages that batch normalisation reads in inference
DECAY = 0.99  # of the average of losses: about the last hundred updates

Tensor = Any


@keras.saving.register_keras_serializable("keras_infogan")
class ClusteringHeads(keras.layers.Layer):
    """Classifiers of the same features, each FC 128 - batch normalisation - leaky ReLU - FC.

    Clustering has local optima, and which of them is reached depends on the initial weights: Ji
    et al. 2019 (IIC, arXiv:1807.06653) train several heads and keep the one of the lowest loss,
    which takes no labels.

    Args:
        heads: classifiers, int >= 1.
        size: categories of each, int >= 1.
        settle: updates after which the choice among them stands for good, int >= 0.
    """

    def __init__(self, heads: int, size: int, settle: int, **kwargs: Any):
        super().__init__(**{"dtype": "float32", **kwargs})
        self.heads = heads
        self.size = size
        self.settle = settle
        self.classifiers = [
            keras.Sequential(
                [
                    keras.layers.Dense(UNITS, use_bias=False, dtype=self.dtype_policy),
                    keras.layers.BatchNormalization(momentum=MOMENTUM, dtype=self.dtype_policy),
                    keras.layers.LeakyReLU(LEAKY_SLOPE, dtype=self.dtype_policy),
                    keras.layers.Dense(size, dtype=self.dtype_policy),
                ]
            )
            for _ in range(heads)
        ]

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        for classifier in self.classifiers:
            classifier.build(input_shape)
        self.losses_so_far = self._record_of([self.heads], "float32", "losses_so_far")
        self.updates = self._record_of([], "int32", "updates")
        self.chosen = self._record_of([], "int32", "chosen")
        self.built = True

    def _record_of(self, shape: list[int], dtype: str, name: str) -> keras.Variable:
        return self.add_weight(
            shape=shape,
            dtype=dtype,
            initializer="zeros",
            trainable=False,
            aggregation="mean" if dtype == "float32" else "only_first_replica",
            name=name,
        )

    def call(self, features: Tensor, training: bool = False) -> Tensor:
        """Logits, float32 [heads, B, size], of features [B, F]."""
        return tf.stack([each(features, training=training) for each in self.classifiers])

    def record(self, losses: Tensor) -> None:
        """Adds an update's losses, float32 [heads], to the averages that the choice is made by."""
        self.losses_so_far.assign(DECAY * self.losses_so_far + (1.0 - DECAY) * losses)
        leader = tf.argmin(self.losses_so_far.value, output_type=tf.int32)
        is_open = self.updates.value < self.settle
        self.chosen.assign(tf.where(is_open, leader, self.chosen.value))
        self.updates.assign(self.updates + 1)

    def get_config(self) -> dict[str, Any]:
        own = {"heads": self.heads, "size": self.size, "settle": self.settle}
        return {**super().get_config(), **own}
