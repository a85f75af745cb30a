"""A layer whose kernel has spectral norm one, by reparameterization."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from keras_infogan.runtime.arguments import checked_count
from keras_infogan.runtime.types import Tensor

SMALLEST_NORM = 1e-12
LAYERS = (keras.layers.Dense, keras.layers.Conv2D, keras.layers.Conv3D)

Shape = tuple[int | None, ...]


@keras.saving.register_keras_serializable("keras_infogan")
class SpectralNormalized(keras.layers.Wrapper):
    """Runs a layer with w / sigma(w) as its kernel; the variable w itself is not changed.

    sigma(w) = v^T W u,  v = W u / ||W u||,  u <- W^T v / ||W^T v||

    with W the kernel as a matrix [inputs, outputs], u [outputs] and v [inputs] its leading
    singular vectors. Power iteration finds them, and the gradient treats them as constants (Miyato
    et al. 2018, arXiv:1802.05957, sections 2.1 and 2.2; their W is our transpose). The gradient
    flows through sigma (their section 2.3):

    dL/dw = (G - <G, w / sigma> v u^T) / sigma,  G = dL / d(w / sigma).

    A call with training=True updates u by `power_iterations`, unless `frozen_statistics` freezes
    the layer. v is not stored but computed from u, so that all calls after the iteration have the
    same sigma. Sigma is float32 under any policy.

    Args:
        layer: `keras.layers.Dense`, `Conv2D` or `Conv3D`.
        power_iterations: int >= 1, per call.

    Raises:
        TypeError: another kind of layer.
        ValueError: `power_iterations` is below 1.

    Examples:
        >>> layer = SpectralNormalized(keras.layers.Dense(4))
        >>> for _ in range(20):
        ...     outputs = layer(tf.ones([2, 3]), training=True)
        >>> largest = tf.linalg.svd(layer.normalized_kernel(), compute_uv=False)[0]
        >>> round(float(largest), 2)
        1.0
    """

    def __init__(self, layer: keras.layers.Layer, power_iterations: int = 1, **kwargs: Any):
        if not isinstance(layer, LAYERS):
            names = " or ".join(kind.__name__ for kind in LAYERS)
            raise TypeError(f"`layer` should be a {names} of Keras. Received: {layer!r}")
        # The kernel should be read without a cast under any policy; the inner layer casts. Both
        # arguments are needed: a layer of a mixed policy casts its variables even without autocast.
        super().__init__(layer, autocast=False, **{**kwargs, "dtype": layer.variable_dtype})
        self.power_iterations = checked_count("power_iterations", power_iterations, 1)

    def build(self, input_shape: Shape) -> None:
        super().build(input_shape)
        self.singular_vector = self.add_weight(
            shape=self.layer.kernel.shape[-1:],
            initializer="random_normal",
            trainable=False,
            aggregation="only_first_replica",  # the kernel, and so u, is the same on every replica
            name="singular_vector",
        )
        self.built = True

    def call(self, inputs: Tensor, training: bool = False) -> Tensor:
        if training:
            self._iterate()
        replaced = [(self.layer.kernel, self.normalized_kernel())]
        with keras.StatelessScope(replaced):
            return self.layer(inputs)

    def normalized_kernel(self) -> Tensor:
        """w / sigma(w), float32 of the kernel's shape."""
        kernel = self.layer.kernel.value
        image = tf.linalg.matvec(self._matrix(), _unit(self.singular_vector.value))
        sigma = tf.reduce_sum(tf.stop_gradient(_unit(image)) * image)
        return kernel / tf.maximum(sigma, SMALLEST_NORM)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return self.layer.compute_output_shape(input_shape)

    def compute_output_spec(self, inputs: Any, training: bool = False) -> keras.KerasTensor:
        return self.layer.compute_output_spec(inputs)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "power_iterations": self.power_iterations}

    def _iterate(self) -> None:
        matrix = tf.stop_gradient(self._matrix())
        for _ in range(self.power_iterations):
            left = _unit(tf.linalg.matvec(matrix, _unit(self.singular_vector.value)))
            self.singular_vector.assign(_unit(tf.linalg.matvec(matrix, left, transpose_a=True)))

    def _matrix(self) -> Tensor:
        kernel = self.layer.kernel
        return tf.reshape(kernel.value, [-1, kernel.shape[-1]])


def _unit(vector: Tensor) -> Tensor:
    return tf.math.l2_normalize(vector, epsilon=SMALLEST_NORM**2)
