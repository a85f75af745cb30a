"""Small classifiers that share no weights, and their joint vote on an image."""

from __future__ import annotations

import math
from typing import Any

import keras
import tensorflow as tf

from keras_infogan.runtime.arguments import checked_count
from keras_infogan.runtime.types import Tensor

DATA_FORMAT = "channels_last"  # of images here, whatever keras.json says
KERNEL_SIZE = 4  # of stride 2, as in the discriminators of InfoGAN's MNIST, SVHN and CelebA
STRIDE = 2
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
    are small, and float32 under every policy. Their channels lie side by side in one array, so that
    most layers are one operation for all of them. Clustering has local optima, and the initial
    weights decide which one a network reaches. Networks that share no weights make different
    errors, so their vote is better than the best of them. It is the mean of their posteriors,

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
        count, sides, channels = self.classifiers, _halved(*input_shape[1:3]), CHANNELS
        # All networks read the same images, so that their first layers are one convolution.
        fan_in = KERNEL_SIZE**2 * input_shape[3]
        self.first = keras.layers.Conv2D(
            count * channels,
            KERNEL_SIZE,
            STRIDE,
            "same",
            DATA_FORMAT,
            use_bias=False,
            kernel_initializer=_initial_kernel(fan_in),
            dtype=self.dtype_policy,
        )
        self.first.build(input_shape)
        self.kernels: list[keras.Variable] = []
        self.normalizations = [self._normalization(channels, sides)]
        while min(sides) > SMALLEST_SIDE:
            sides = _halved(*sides)
            shape = (count, KERNEL_SIZE, KERNEL_SIZE, channels, 2 * channels)
            initializer = _initial_kernel(KERNEL_SIZE**2 * channels)
            name = f"kernels_{len(self.kernels)}"
            self.kernels.append(self.add_weight(shape, initializer, name=name))
            channels *= 2
            self.normalizations.append(self._normalization(channels, sides))
        self._features = fan_in = math.prod(sides) * channels
        self.hidden = self._products(fan_in, UNITS, _initial_kernel(fan_in), use_bias=False)
        self.normalizations.append(self._normalization(UNITS))
        limit = math.sqrt(6.0 / (UNITS + self.size))  # Glorot & Bengio 2010
        initializer = keras.initializers.RandomUniform(-limit, limit)
        self.head = self._products(UNITS, self.size, initializer, use_bias=True)
        self.losses_so_far = self._average([count], "losses_so_far")
        self.meetings = self._average([count, self.size, count, self.size], "meetings")
        self.built = True

    def _products(
        self, inputs: int, units: int, initializer: keras.initializers.Initializer, use_bias: bool
    ) -> keras.layers.Layer:
        """A fully connected layer of each network: [M, B, inputs] to [M, B, units]."""
        layer = keras.layers.EinsumDense(
            "mbi,mio->mbo",
            (None, units),
            bias_axes="mo" if use_bias else None,
            kernel_initializer=initializer,
            dtype=self.dtype_policy,
        )
        layer.build((self.classifiers, None, inputs))
        return layer

    def _normalization(self, channels: int, sides: tuple[int, ...] = ()) -> keras.layers.Layer:
        """Batch normalization of every network's channels, for maps with these sides."""
        layer = keras.layers.BatchNormalization(momentum=MOMENTUM, dtype=self.dtype_policy)
        layer.build((None, *sides, self.classifiers * channels))
        return layer

    def _average(self, shape: list[int], name: str) -> keras.Variable:
        # Each replica updates its own copy, since replicas cannot synchronize inside a `tf.cond`.
        # After the step the model gives all of them the mean, as for batch normalization.
        return self.add_weight(shape=shape, initializer="zeros", trainable=False, name=name)

    def call(self, images: Tensor, training: bool = False) -> Tensor:
        """Logits, float32 [M, B, size], of images [B, H, W, C]."""
        first, *others = self.normalizations
        maps = _activated(first(self.first(images), training=training))
        for kernels, normalization in zip(self.kernels, others, strict=False):
            maps = self._convolve(maps, kernels)
            maps = _activated(normalization(maps, training=training))
        flat = [tf.reshape(part, [-1, self._features]) for part in self._parts(maps)]
        features = tf.concat(tf.unstack(self.hidden(tf.stack(flat))), axis=-1)
        features = _activated(others[-1](features, training=training))
        return self.head(tf.stack(self._parts(features)))

    def _convolve(self, maps: Tensor, kernels: keras.Variable) -> Tensor:
        """A convolution of each network's channels.

        TensorFlow has no gradient of a convolution with groups on CPUs, so these are M operations.
        """
        parts = zip(self._parts(maps), tf.unstack(kernels.value), strict=True)
        convolved = [tf.nn.conv2d(part, kernel, STRIDE, "SAME") for part, kernel in parts]
        return tf.concat(convolved, axis=-1)

    def _parts(self, values: Tensor) -> list[Tensor]:
        """Each network's channels."""
        return tf.split(values, self.classifiers, axis=-1)

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


def _halved(*sides: int) -> tuple[int, ...]:
    return tuple(math.ceil(side / STRIDE) for side in sides)


def _initial_kernel(fan_in: int) -> keras.initializers.Initializer:
    return keras.initializers.RandomNormal(stddev=INITIAL_SIZE * math.sqrt(2.0 / fan_in))


def _activated(values: Tensor) -> Tensor:
    return tf.nn.leaky_relu(values, LEAKY_SLOPE)
