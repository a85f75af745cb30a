"""Small classifiers that share nothing, and what they say of an image together."""

from __future__ import annotations

import math
from typing import Any

import keras
import tensorflow as tf

KERNEL_SIZE = 4  # as in the discriminators of InfoGAN's MNIST, SVHN and CelebA
CHANNELS = 16  # of the first convolution; each further one has twice as many
SMALLEST_SIDE = 4  # maps are halved until a side is no longer than this
UNITS = 128  # as in the recognition networks of InfoGAN's MNIST, SVHN and CelebA
LEAKY_SLOPE = 0.1
MOMENTUM = 0.9  # of the averages that batch normalisation reads in inference
DECAY = 0.98  # of what is averaged over updates: about the last fifty
# The size of the first weights beside He's. Batch normalisation makes the size of the output, and
# an optimizer like Adam moves weights by a fixed length: a fifth of the size learns five times as
# fast as the discriminator, whose optimizer this layer shares.
INITIAL_SIZE = 0.2

Tensor = Any


@keras.saving.register_keras_serializable("keras_infogan")
class ClusteringEnsemble(keras.layers.Layer):
    """Classifiers of the same images: convolutions of stride 2 - FC 128 - FC.

    Clustering has local optima, and which of them a network ends in depends on its first weights.
    Networks that share nothing fail apart, so their vote is better than the best of them. Their
    categories have other names in each; as in Dudoit & Fridlyand 2003 (Bioinformatics 19:1090),
    one of them, here that of the lowest loss, names those of all before they vote. A category of
    another network stands for each of its categories as often as the two meet in an image, so
    that one which holds two classes takes no side between them.

    Args:
        networks: classifiers, int >= 1.
        size: categories of each, int >= 1.
        settle: updates in which they learn, int >= 0.
    """

    def __init__(self, networks: int, size: int, settle: int, **kwargs: Any):
        super().__init__(**{"dtype": "float32", **kwargs})
        self.networks = networks
        self.size = size
        self.settle = settle
        self.classifiers: list[keras.Sequential] = []

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        self.classifiers = [self._classifier(input_shape) for _ in range(self.networks)]
        shape = [self.networks, self.size]
        self.losses_so_far = self._record_of([self.networks], "losses_so_far")
        self.meetings = self._record_of([*shape, *shape], "meetings")
        self.updates = self.add_weight(
            shape=[],
            dtype="int32",
            initializer="zeros",
            trainable=False,
            aggregation="only_first_replica",
            name="updates",
        )
        self.built = True

    def _classifier(self, input_shape: tuple[int | None, ...]) -> keras.Sequential:
        side, channels, hidden = min(input_shape[1:3]), CHANNELS, []
        while side > SMALLEST_SIDE:
            hidden += [
                keras.layers.Conv2D(channels, KERNEL_SIZE, 2, "same", **self._weights()),
                *self._activation(),
            ]
            side, channels = math.ceil(side / 2), 2 * channels
        classifier = keras.Sequential(
            [
                *hidden,
                keras.layers.Flatten(dtype=self.dtype_policy),
                keras.layers.Dense(UNITS, **self._weights()),
                *self._activation(),
                keras.layers.Dense(self.size, dtype="float32"),
            ]
        )
        classifier.build(input_shape)
        return classifier

    def _weights(self) -> dict[str, Any]:
        initializer = keras.initializers.VarianceScaling(2.0 * INITIAL_SIZE**2)
        return {
            "use_bias": False,
            "kernel_initializer": initializer,
            "dtype": self.dtype_policy,
        }

    def _activation(self) -> list[keras.layers.Layer]:
        return [
            keras.layers.BatchNormalization(momentum=MOMENTUM, dtype=self.dtype_policy),
            keras.layers.LeakyReLU(LEAKY_SLOPE, dtype=self.dtype_policy),
        ]

    def _record_of(self, shape: list[int], name: str) -> keras.Variable:
        return self.add_weight(
            shape=shape, initializer="zeros", trainable=False, aggregation="mean", name=name
        )

    def call(self, images: Tensor, training: bool = False) -> Tensor:
        """Logits, float32 [networks, B, size], of images [B, H, W, C]."""
        return tf.stack([each(images, training=training) for each in self.classifiers])

    def learns(self) -> Tensor:
        """Whether updates are left to learn in, a bool scalar."""
        return self.updates.value < self.settle

    def teaches(self) -> Tensor:
        """Whether it learns, or has learnt for less than as many updates again, a bool scalar."""
        return self.updates.value < 2 * self.settle

    def count(self) -> None:
        """Counts an update."""
        self.updates.assign(self.updates + 1)

    def record(self, logits: Tensor, losses: Tensor) -> None:
        """Adds an update's batch to what the vote is made by.

        Args:
            logits: of a batch of images, float32 [networks, B, size].
            losses: of each network, float32 [networks].
        """
        posteriors = tf.nn.softmax(logits)
        meetings = tf.einsum("mbi,nbj->minj", posteriors, posteriors)
        for average, value in ((self.losses_so_far, losses), (self.meetings, meetings)):
            average.assign(DECAY * average + (1.0 - DECAY) * value)

    def vote(self, logits: Tensor) -> Tensor:
        """The networks' mean posterior, in the names of the best, float32 [B, size].

        Args:
            logits: float32 [networks, B, size].
        """
        best = tf.argmin(self.losses_so_far.value)
        names = self.meetings.value[:, :, best]
        names = tf.math.divide_no_nan(names, tf.reduce_sum(names, axis=-1, keepdims=True))
        return tf.einsum("mbi,mij->bj", tf.nn.softmax(logits), names) / self.networks

    def get_config(self) -> dict[str, Any]:
        own = {"networks": self.networks, "size": self.size, "settle": self.settle}
        return {**super().get_config(), **own}
