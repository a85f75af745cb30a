"""Small classifiers that share no weights, and their joint vote on an image."""

from __future__ import annotations

import math
from typing import Any

import keras
import tensorflow as tf

from keras_infogan.runtime.arguments import checked_count
from keras_infogan.runtime.types import Tensor

DATA_FORMAT = "channels_last"  # of images here, whatever keras.json says
KERNEL_SIZE = 4  # as in the discriminators of InfoGAN's MNIST, SVHN and CelebA
CHANNELS = 16  # of the first convolution; each one doubles them
SMALLEST_SIDE = 4  # feature maps are halved until a side is at most this
UNITS = 128  # as in the recognition networks of InfoGAN's MNIST, SVHN and CelebA
LEAKY_SLOPE = 0.1
MOMENTUM = 0.9  # of the averages that batch normalization reads in inference
DECAY = 0.98  # of the averages over updates: about the last fifty
# The scale of the initial weights, relative to He initialization. Batch normalization makes the
# output independent of this scale, and Adam changes weights by about a fixed length per update. So
# weights of a fifth of the size learn five times as fast. This compensates the low learning rate
# of the discriminator's optimizer, which trains this layer too.
INITIAL_SIZE = 0.2


@keras.saving.register_keras_serializable("keras_infogan")
class ClusteringEnsemble(keras.layers.Layer):
    """Classifiers of the same images that share no weights, and their vote.

    Each has convolutions of stride 2 - FC 128 - FC, with batch normalization and leaky ReLU. They
    are small, and float32 under every policy. Clustering has local optima, and the initial weights
    decide which one a network reaches. Networks that share no weights make different errors, so
    their vote is better than the best of them. It is the mean of their posteriors,

    p*(k|x) = 1/M sum_m sum_i P(b = k | m = i) p_m(i|x)

    after their categories are aligned with those of b, the network with the lowest loss (as in
    Dudoit & Fridlyand 2003, Bioinformatics 19:1090, whose alignment is one to one). P is from
    co-occurrence counts: how often an image has category i of network m and category k of b. So a
    category that holds two classes votes for both of them alike.

    Args:
        classifiers: M, int >= 1.
        size: categories of each, int >= 1.

    Raises:
        ValueError: a number below 1.

    Examples:
        >>> ensemble = ClusteringEnsemble(8, 10)
        >>> ensemble.build([None, 28, 28, 1])
        >>> ensemble.vote(ensemble(images / np.float32(255.0))).shape
        TensorShape([64, 10])
    """

    def __init__(self, classifiers: int, size: int, **kwargs: Any):
        super().__init__(**{"dtype": "float32", **kwargs})
        self.classifiers = checked_count("classifiers", classifiers, 1)
        self.size = checked_count("size", size, 1)

    def build(self, input_shape: tuple[int, ...]) -> None:
        self.networks = [self._network(input_shape) for _ in range(self.classifiers)]
        shape = [self.classifiers, self.size]
        self.losses_so_far = self._average([self.classifiers], "losses_so_far")
        self.meetings = self._average([*shape, *shape], "meetings")
        self.built = True

    def _network(self, input_shape: tuple[int, ...]) -> keras.Sequential:
        side, channels, hidden = min(input_shape[1:3]), CHANNELS, []
        while side > SMALLEST_SIDE:
            hidden += [
                keras.layers.Conv2D(
                    channels, KERNEL_SIZE, 2, "same", DATA_FORMAT, **self._arguments()
                ),
                *self._activation(),
            ]
            side, channels = math.ceil(side / 2), 2 * channels
        network = keras.Sequential(
            [
                *hidden,
                keras.layers.Flatten(DATA_FORMAT, dtype=self.dtype_policy),
                keras.layers.Dense(UNITS, **self._arguments()),
                *self._activation(),
                keras.layers.Dense(self.size, dtype=self.dtype_policy),
            ]
        )
        network.build(input_shape)
        return network

    def _arguments(self) -> dict[str, Any]:
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

    def _average(self, shape: list[int], name: str) -> keras.Variable:
        # Each replica updates its own copy, since replicas cannot synchronize inside a `tf.cond`.
        # After the step the model gives all of them the mean, as for batch normalization.
        return self.add_weight(shape=shape, initializer="zeros", trainable=False, name=name)

    def call(self, images: Tensor, training: bool = False) -> Tensor:
        """Logits, float32 [M, B, size], of images [B, H, W, C]."""
        return tf.stack([each(images, training=training) for each in self.networks])

    def record(self, logits: Tensor, losses: Tensor) -> None:
        """Updates the averages that the vote uses with a batch.

        Args:
            logits: of a batch of images, float32 [M, B, size].
            losses: of each network, float32 [M].
        """
        posteriors = tf.nn.softmax(logits)
        meetings = tf.einsum("mbi,nbj->minj", posteriors, posteriors)
        for average, value in ((self.losses_so_far, losses), (self.meetings, meetings)):
            average.assign(DECAY * average + (1.0 - DECAY) * value)

    def vote(self, logits: Tensor) -> Tensor:
        """p*, float32 [B, size].

        Args:
            logits: float32 [M, B, size].
        """
        best = tf.argmin(self.losses_so_far.value)
        meetings = self.meetings.value[:, :, best]
        translation = tf.math.divide_no_nan(
            meetings, tf.reduce_sum(meetings, axis=-1, keepdims=True)
        )
        posteriors = tf.nn.softmax(logits)
        return tf.einsum("mbi,mik->bk", posteriors, translation) / self.classifiers

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "classifiers": self.classifiers, "size": self.size}
