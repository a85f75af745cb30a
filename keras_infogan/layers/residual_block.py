"""A residual block without normalization."""

from __future__ import annotations

from typing import Any

import keras

from keras_infogan.runtime.arguments import checked_count
from keras_infogan.runtime.types import Tensor

KERNEL_SIZE = 3
DATA_FORMAT = "channels_last"  # of images here, whatever keras.json says
LEAKY_SLOPE = 0.2  # as in R3GAN


@keras.saving.register_keras_serializable("keras_infogan")
class ResidualBlock(keras.layers.Layer):
    """x + f(x), with f two activations and convolutions of 3 x 3.

    f(x) = W2 * a(W1 * a(x)), with a the leaky ReLU. W2 starts at zero, so that the block starts as
    the identity. Networks of such blocks train without normalization (Zhang et al. 2019, "Fixup
    initialization", arXiv:1901.09321). R3GAN (Huang et al. 2024, arXiv:2501.05441) has a bottleneck
    with a grouped convolution in f; TensorFlow has no gradient of those on CPUs.

    Args:
        filters: channels of x and of the output, int >= 1.

    Raises:
        ValueError: a number below 1, or an input with other channels.

    Examples:
        >>> block = ResidualBlock(8)
        >>> maps = tf.ones([2, 4, 4, 8])
        >>> bool(tf.reduce_all(block(maps) == maps))   # before training
        True
    """

    def __init__(self, filters: int, **kwargs: Any):
        super().__init__(**kwargs)
        self.filters = checked_count("filters", filters, 1)
        self.activation = keras.layers.LeakyReLU(LEAKY_SLOPE, dtype=self.dtype_policy)
        self.inner = self._convolution(keras.initializers.VarianceScaling(2.0), "inner")
        self.outer = self._convolution("zeros", "outer")

    def _convolution(self, kernel_initializer: Any, name: str) -> keras.layers.Layer:
        return keras.layers.Conv2D(
            self.filters,
            KERNEL_SIZE,
            padding="same",
            data_format=DATA_FORMAT,
            kernel_initializer=kernel_initializer,
            dtype=self.dtype_policy,
            name=name,
        )

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        if input_shape[-1] != self.filters:
            raise ValueError(
                f"The input should have {self.filters} channels. "
                f"Received: input_shape={tuple(input_shape)}"
            )
        self.inner.build(input_shape)
        self.outer.build(input_shape)
        self.built = True

    def call(self, inputs: Tensor) -> Tensor:
        hidden = self.inner(self.activation(inputs))
        return inputs + self.outer(self.activation(hidden))

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        return tuple(input_shape)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "filters": self.filters}
