"""Minibatch discrimination: shows the discriminator how similar the rows of a batch are."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from keras_infogan.runtime.arguments import checked_count
from keras_infogan.runtime.types import Tensor

Shape = tuple[int | None, ...]


@keras.saving.register_keras_serializable("keras_infogan")
class MinibatchDiscrimination(keras.layers.Layer):
    """Appends to each row its similarity to the other rows of the batch, against mode collapse.

    M_i = f_i T,  o(x_i)_b = sum over j != i of exp(-||M_ib - M_jb||_1),  output [f_i, o(x_i)]

    with f_i [A] the features of image i, T a trained [A, B, C] and M_i [B, C]
    (Salimans et al. 2016, arXiv:1606.03498, section 3.2). The paper's sum includes j = i, which
    only adds one. The arithmetic is float32 under any policy; memory grows as
    batch^2 B C. A row's output depends on the whole batch, in inference too.

    Args:
        features: B >= 1, how many numbers are appended.
        kernel_dimensions: C >= 1.
        kernel_initializer: of T, stored as [A, B C].

    Raises:
        ValueError: an argument below 1, or a static batch size of one.

    Examples:
        >>> MinibatchDiscrimination(100)(tf.zeros([8, 1024])).shape
        TensorShape([8, 1124])
    """

    def __init__(
        self,
        features: int,
        kernel_dimensions: int = 5,
        kernel_initializer: Any = "glorot_uniform",
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.features = checked_count("features", features, 1)
        self.kernel_dimensions = checked_count("kernel_dimensions", kernel_dimensions, 1)
        self.kernel_initializer = keras.initializers.get(kernel_initializer)

    def build(self, input_shape: Shape) -> None:
        if input_shape[0] == 1:
            raise ValueError(
                "MinibatchDiscrimination compares the rows of a batch, which should be at least "
                f"two. Received: input_shape={tuple(input_shape)}"
            )
        self.kernel = self.add_weight(
            shape=(input_shape[-1], self.features * self.kernel_dimensions),
            initializer=self.kernel_initializer,
            autocast=False,
            name="kernel",
        )
        self.built = True

    def call(self, inputs: Tensor) -> Tensor:
        projected = tf.matmul(tf.cast(inputs, tf.float32), self.kernel.value)
        projected = tf.reshape(projected, [-1, self.features, self.kernel_dimensions])
        distances = tf.reduce_sum(tf.abs(projected[:, None] - projected[None]), axis=-1)
        others = 1.0 - tf.eye(tf.shape(inputs)[0])
        similarities = tf.reduce_sum(others[:, :, None] * tf.exp(-distances), axis=1)
        return tf.concat([inputs, tf.cast(similarities, inputs.dtype)], axis=-1)

    def compute_output_shape(self, input_shape: Any) -> Shape:
        return (*input_shape[:-1], input_shape[-1] + self.features)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "features": self.features,
            "kernel_dimensions": self.kernel_dimensions,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
        }
