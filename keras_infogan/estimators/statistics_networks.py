"""Statistics networks T, which score every pair (x_i, c_j) of a batch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from keras_infogan.runtime.arguments import checked_count
from keras_infogan.runtime.types import Tensor

Shape = tuple[int | None, ...]


@keras.saving.register_keras_serializable("keras_infogan")
class StatisticsNetwork(keras.layers.Layer):
    """The separable statistics network, which scores all B^2 pairs with 2 B passes.

    T(x, c) = g(x) . h(c) / sqrt(d) + a(x) + b(c)

    where (g, a) and (h, b) are two perceptrons of two hidden layers, and d is the embedding's
    dimension. float32 under any policy.

    Args:
        units: of each hidden layer, int >= 1.
        embedding: d, int >= 1.
        seed: of the initial weights, int.

    Raises:
        ValueError: sizes below 1, or inputs that are not matrices.

    Examples:
        >>> StatisticsNetwork()(tf.zeros([8, 1024]), tf.zeros([8, 10])).shape
        TensorShape([8, 8])
    """

    def __init__(self, units: int = 128, embedding: int = 32, seed: int = 0, **kwargs: Any):
        super().__init__(**{**kwargs, "dtype": "float32"})
        self.units = checked_count("units", units, 1)
        self.embedding = checked_count("embedding", embedding, 1)
        self.seed = seed

    def build(self, x_shape: Shape, c_shape: Shape) -> None:
        _check_matrices(x_shape, c_shape)
        initializer = _initializer(self.seed)
        sizes = [self.units, self.units, self.embedding + 1]
        self.x_layers = _dense_layers(x_shape[-1], sizes, initializer)
        self.c_layers = _dense_layers(c_shape[-1], sizes, initializer)
        self.built = True

    def call(self, x: Tensor, c: Tensor) -> Tensor:
        """Scores T(x_i, c_j), float32 [B, B], of x float [B, F] and c float [B, K]."""
        x_embedding, x_offset = _split_last(_chain(self.x_layers, x))
        c_embedding, c_offset = _split_last(_chain(self.c_layers, c))
        products = tf.matmul(x_embedding, c_embedding, transpose_b=True)
        return products / math.sqrt(self.embedding) + x_offset + tf.transpose(c_offset)

    def compute_output_shape(self, x_shape: Shape, c_shape: Shape) -> Shape:
        return (x_shape[0], c_shape[0])

    def get_config(self) -> dict[str, Any]:
        sizes = {"units": self.units, "embedding": self.embedding, "seed": self.seed}
        return {**super().get_config(), **sizes}


@keras.saving.register_keras_serializable("keras_infogan")
class ConcatenatedStatistics(keras.layers.Layer):
    """A perceptron of two hidden layers on each pair (x_i, c_j), at B times the cost.

    T(x, c) = w . relu(V relu(U [x, c] + u) + v), where the first layer is the sum of a part of x
    and a part of c, each computed once per row. float32 under any policy.

    Args:
        units: of each hidden layer, int >= 1.
        seed: of the initial weights, int.

    Raises:
        ValueError: sizes below 1, or inputs that are not matrices.

    Examples:
        >>> ConcatenatedStatistics()(tf.zeros([8, 1024]), tf.zeros([8, 10])).shape
        TensorShape([8, 8])
    """

    def __init__(self, units: int = 64, seed: int = 0, **kwargs: Any):
        super().__init__(**{**kwargs, "dtype": "float32"})
        self.units = checked_count("units", units, 1)
        self.seed = seed

    def build(self, x_shape: Shape, c_shape: Shape) -> None:
        _check_matrices(x_shape, c_shape)
        initializer = _initializer(self.seed)
        self.x_layers = _dense_layers(x_shape[-1], [self.units], initializer)
        self.c_layers = _dense_layers(c_shape[-1], [self.units], initializer)
        self.pair_layers = _dense_layers(self.units, [self.units, 1], initializer)
        self.built = True

    def call(self, x: Tensor, c: Tensor) -> Tensor:
        """Scores T(x_i, c_j), float32 [B, B], of x float [B, F] and c float [B, K]."""
        x_part, c_part = _chain(self.x_layers, x), _chain(self.c_layers, c)
        pairs = tf.nn.relu(x_part[:, tf.newaxis] + c_part[tf.newaxis, :])
        return tf.squeeze(_chain(self.pair_layers, pairs), axis=-1)

    def compute_output_shape(self, x_shape: Shape, c_shape: Shape) -> Shape:
        return (x_shape[0], c_shape[0])

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "units": self.units, "seed": self.seed}


def _initializer(seed: int) -> keras.initializers.Initializer:
    """One generator for all layers: with a plain seed, equal shapes would have equal weights."""
    return keras.initializers.GlorotUniform(keras.random.SeedGenerator(seed))


def _dense_layers(width: int | None, sizes: Sequence[int], initializer: Any) -> list[Any]:
    """Built float32 layers of these sizes, all with ReLU except the last."""
    layers = []
    for index, size in enumerate(sizes):
        activation = "relu" if index < len(sizes) - 1 else None
        layer = keras.layers.Dense(
            size, activation, kernel_initializer=initializer, dtype="float32"
        )
        layer.build((None, width))
        layers.append(layer)
        width = size
    return layers


def _chain(layers: Sequence[Any], values: Tensor) -> Tensor:
    for layer in layers:
        values = layer(values)
    return values


def _split_last(values: Tensor) -> tuple[Tensor, Tensor]:
    return values[:, :-1], values[:, -1:]


def _check_matrices(x_shape: Shape, c_shape: Shape) -> None:
    if len(x_shape) != 2 or len(c_shape) != 2:
        raise ValueError(
            "`x` and `c` should be matrices [B, F] and [B, K]. "
            f"Received: shapes {tuple(x_shape)} and {tuple(c_shape)}"
        )
