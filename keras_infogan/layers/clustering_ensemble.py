"""Small classifiers that share no weights, and their joint vote on an image."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from keras_infogan.runtime.arguments import checked_count, checked_count_up_to
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
SMALLEST = 1e-9  # replaces a number that is 0


@keras.saving.register_keras_serializable("keras_infogan")
class ClusteringEnsemble(keras.layers.Layer):
    """Classifiers of the same images that share no weights, and their vote.

    Each has convolutions of stride 2 - FC 128 - FC, with batch normalization and leaky ReLU. They
    are small, and float32 under every policy. Their channels lie side by side in one array, so that
    most layers are one operation for all of them. Clustering has local optima, and the initial
    weights decide which one a network reaches. Networks that share no weights make different
    errors, so their vote is better than most of them, and no label is needed to choose one. It is
    the mean of their posteriors,

    p*(k|x) = 1/M sum_m sum_i T_m(k|i) p_m(i|x)

    after the categories of all networks are clustered themselves. Two categories are near each
    other if the same images are in both; T_m(k|i) is how much category i of network m belongs to
    cluster k. This is a spectral clustering of the graph between images and categories (Fern &
    Brodley 2004, "Solving cluster ensemble problems by bipartite graph partitioning"). The clusters
    are read off its eigenvectors by pivots, as in Damle et al. 2018 (arXiv:1609.08251), without
    random numbers. So no network is the reference, whose errors the vote would keep: a class that a
    network merges with another is a category of the vote if most other networks separate it.

    With `voters`, only the most confident networks vote: those whose highest probability, averaged
    over images, is the highest. A network that merges two classes often splits a third one, and is
    less sure on which side of this split an image is. No label is needed for this choice either.

    Args:
        classifiers: M, int >= 1.
        size: categories of each, int >= 1.
        voters: networks that vote, int from 1 to M; None is all of them.

    Raises:
        ValueError: a number out of range.

    Examples:
        >>> ensemble = ClusteringEnsemble(8, 10)
        >>> ensemble.build([None, 28, 28, 1])
        >>> ensemble.vote(ensemble(images / np.float32(255.0))).shape
        TensorShape([64, 10])
    """

    def __init__(self, classifiers: int, size: int, voters: int | None = None, **kwargs: Any):
        super().__init__(**{"dtype": "float32", **kwargs})
        self.classifiers = checked_count("classifiers", classifiers, 1)
        self.size = checked_count("size", size, 1)
        self.voters = checked_voters(voters, classifiers)

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
        self.meetings = self._average([count, self.size, count, self.size], "zeros", "meetings")
        self.confidence = self._average([count], "zeros", "confidence")
        own = tf.eye(self.size, batch_shape=[count])
        self.translation = self._average(
            own.shape, lambda shape, dtype: tf.cast(own, dtype), "translation"
        )
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

    def _average(self, shape: Sequence[int], initializer: Any, name: str) -> keras.Variable:
        # Each replica updates its own copy, since replicas cannot synchronize inside a `tf.cond`.
        # After the step the model gives all of them the mean, as for batch normalization.
        return self.add_weight(shape=shape, initializer=initializer, trainable=False, name=name)

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

    def record(self, logits: Tensor) -> None:
        """Clusters the categories by the batches before, and counts those of a batch.

        So the clusters are the same on all replicas, which share the counts of earlier steps, and a
        batch with NaN, which the model takes back, does not reach them.

        Args:
            logits: of a batch of images, float32 [M, B, size].
        """
        count = self.classifiers * self.size
        votes = self._has_vote()
        before = self.meetings * votes[:, None, None, None] * votes[:, None]
        before = tf.reshape(before, [count, count])
        clusters = clusters_of_categories(before, self.size, self.voters)
        numbers = tf.reshape(self.translation, [count, self.size])
        renumbered = tf.matmul(clusters, numbered_as(numbers, clusters))
        has_met = tf.reduce_any(before > 0)
        self.translation.assign(
            tf.reshape(tf.where(has_met, renumbered, numbers), self.translation.shape)
        )
        posteriors = tf.nn.softmax(logits)
        meetings = tf.einsum("mbi,nbj->minj", posteriors, posteriors)
        self._remember(self.meetings, meetings)
        highest = tf.reduce_max(posteriors, axis=-1)
        self._remember(self.confidence, tf.reduce_mean(highest, axis=-1))

    def _has_vote(self) -> Tensor:
        """1 for each network that votes, 0 for the others, float32 [M]."""
        _, chosen = tf.math.top_k(self.confidence, self.voters)
        return tf.reduce_sum(tf.one_hot(chosen, self.classifiers), axis=0)

    def _remember(self, average: keras.Variable, value: Tensor) -> None:
        average.assign(DECAY * average + (1.0 - DECAY) * value)

    def vote(self, logits: Tensor) -> Tensor:
        """p*, float32 [B, size].

        Args:
            logits: float32 [M, B, size].
        """
        posteriors = tf.nn.softmax(logits)
        votes = tf.einsum("mbi,mik->bk", posteriors, self.translation.value)
        return votes / tf.reduce_sum(votes, axis=-1, keepdims=True)

    def get_config(self) -> dict[str, Any]:
        own = {"classifiers": self.classifiers, "size": self.size, "voters": self.voters}
        return {**super().get_config(), **own}


def checked_voters(voters: int | None, classifiers: int) -> int:
    """The number of networks that vote, of `classifiers`; None is all of them.

    Raises:
        ValueError: not an int from 1 to `classifiers`.
    """
    if voters is None:
        return classifiers
    return checked_count_up_to(
        "voters",
        voters,
        least=1,
        most=classifiers,
        limit="the number of classifiers",
        received=f"classifiers={classifiers}",
    )


def clusters_of_categories(meetings: Tensor, size: int, classifiers: int) -> Tensor:
    """How much each category belongs to each of `size` clusters, float32 [N, size].

    Rows sum to 1, those of categories without images to 0.

    Args:
        meetings: how often two of all N categories have the same image, float32 [N, N].
        size: clusters, int.
        classifiers: networks, of which each image has a category.
    """
    sizes = tf.maximum(tf.reduce_sum(meetings, axis=1) / classifiers, SMALLEST)
    scale = tf.math.rsqrt(sizes)
    _, vectors = tf.linalg.eigh(meetings * scale[:, None] * scale[None, :])
    vectors = vectors[:, -size:]
    rest, pivots = vectors, []
    for _ in range(size):  # the rows that are the farthest from those chosen before
        lengths = tf.reduce_sum(tf.square(rest), axis=1)
        pivots.append(tf.argmax(lengths))
        direction = tf.gather(rest, pivots[-1]) * tf.math.rsqrt(tf.reduce_max(lengths) + SMALLEST)
        rest -= tf.linalg.matvec(rest, direction)[:, None] * direction[None, :]
    _, left, right = tf.linalg.svd(tf.gather(vectors, tf.stack(pivots)), full_matrices=False)
    closeness = tf.square(tf.matmul(vectors, tf.matmul(right, left, transpose_b=True)))
    return closeness / tf.maximum(tf.reduce_sum(closeness, axis=1, keepdims=True), SMALLEST)


def numbered_as(before: Tensor, clusters: Tensor) -> Tensor:
    """A permutation P [K, K] that gives clusters [N, K] the numbers that they had before [N, K].

    Column k of `clusters @ P` is the cluster that overlaps most with the former cluster k.
    """
    overlap = tf.matmul(clusters, before, transpose_a=True)
    permutation = tf.zeros_like(overlap)
    size = int(overlap.shape[0])
    for _ in range(size):  # the pair that overlaps most first
        place = tf.argmax(tf.reshape(overlap, [-1]))
        row, column = tf.one_hot(place // size, size), tf.one_hot(place % size, size)
        permutation += row[:, None] * column[None, :]
        overlap = tf.where(tf.cast(row[:, None] + column[None, :], tf.bool), -1.0, overlap)
    return permutation


def _halved(*sides: int) -> tuple[int, ...]:
    return tuple(math.ceil(side / STRIDE) for side in sides)


def _initial_kernel(fan_in: int) -> keras.initializers.Initializer:
    return keras.initializers.RandomNormal(stddev=INITIAL_SIZE * math.sqrt(2.0 / fan_in))


def _activated(values: Tensor) -> Tensor:
    return tf.nn.leaky_relu(values, LEAKY_SLOPE)
