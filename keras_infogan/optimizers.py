"""Adam with TensorFlow's fused kernel: the same update as Keras's, in one pass over the weights."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable("keras_infogan")
class FusedAdam(keras.optimizers.Adam):
    """Adam (Kingma & Ba 2015, arXiv:1412.6980, algorithm 1) in one kernel per variable.

    m <- b1 m + (1 - b1) g;  v <- b2 v + (1 - b2) g^2;
    w <- w - a sqrt(1 - b2^t) / (1 - b1^t) m / (sqrt(v) + epsilon)

    with g the gradient of w, t the number of the update, a the learning rate. It has the arguments,
    slots and configs of Keras's Adam, which makes ten passes over the weights on a CPU.

    Args:
        learning_rate: float or schedule.
        beta_1, beta_2, epsilon, **kwargs: as for `keras.optimizers.Adam`.

    Raises:
        ValueError: `amsgrad=True`, which the kernel does not support.

    Examples:
        >>> model = InfoGAN.from_architecture("mnist", latents, networks={"width_multiplier": 0.05})
        >>> model.compile(generator_optimizer=FusedAdam(1e-3, beta_1=0.5))
    """

    def __init__(
        self,
        learning_rate: Any = 1e-3,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        **kwargs: Any,
    ):
        if kwargs.get("amsgrad"):
            raise ValueError(
                "FusedAdam has no AMSGrad; use keras.optimizers.Adam. Received: amsgrad=True"
            )
        super().__init__(learning_rate, beta_1=beta_1, beta_2=beta_2, epsilon=epsilon, **kwargs)

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        index = self._get_variable_index(variable)
        dtype = variable.dtype
        update = tf.cast(self.iterations + 1, dtype)
        beta_1, beta_2 = tf.cast(self.beta_1, dtype), tf.cast(self.beta_2, dtype)
        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle,
            m=self._momentums[index].value.handle,
            v=self._velocities[index].value.handle,
            beta1_power=tf.pow(beta_1, update),
            beta2_power=tf.pow(beta_2, update),
            lr=tf.cast(learning_rate, dtype),
            beta1=beta_1,
            beta2=beta_2,
            epsilon=tf.cast(self.epsilon, dtype),
            grad=tf.cast(gradient, dtype),
        )
