"""Penalties added to the loss of one side, and a constraint on the critic's weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from keras_infogan.layers import MinibatchDiscrimination
from keras_infogan.readings import Views

NORM_EPSILON = 1e-12  # the root of 0 has an infinite gradient

Tensor = Any


class Regularizer:
    """Something that holds one side in check, the discriminator's unless it says otherwise.

    Attributes:
        name: of its log, in which its penalty stands.
        penalizes: whether it adds a penalty; a constraint does not.
        of_generator: whether the generator minimises the penalty, not the discriminator.
    """

    name: str
    penalizes = True
    of_generator = False

    def check(self, model: Any) -> None:
        """Refuses an `InfoGAN` that it cannot hold, with a ValueError."""

    def build(self, model: Any) -> None:
        """Makes the weights that it has of its own, if any, for an `InfoGAN` that `check` took."""

    @property
    def layers(self) -> list[keras.layers.Layer]:
        """Those with weights of its own, which the discriminator's optimizer trains."""
        return []

    def constrain(self, variables: Sequence[keras.Variable]) -> None:
        """Puts constraints on the trunk's and the discriminator head's variables, if it has any."""

    @property
    def augmentations(self) -> list[keras.layers.Layer]:
        """The random layers that it draws from."""
        return []

    def __call__(self, views: Views) -> Tensor:
        """The penalty, a float32 scalar."""
        raise NotImplementedError

    def get_config(self) -> dict[str, Any]:
        raise NotImplementedError

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Regularizer:
        return cls(**config)


class WeightedPenalty(Regularizer):
    """A penalty that is multiplied by a weight above 0."""

    def __init__(self, weight: float):
        if not weight > 0:
            raise ValueError(f"`weight` should be above 0. Received: weight={weight!r}")
        self.weight = weight

    def get_config(self) -> dict[str, Any]:
        return {"weight": self.weight}


class _GradientRegularizer(WeightedPenalty):
    """A penalty on the gradient of D's logit by its own image."""

    def __init__(self, weight: float = 10.0):
        super().__init__(weight)

    def check(self, model: Any) -> None:
        # These make each logit a function of every image, and the penalty is on its own alone.
        batchwise = (keras.layers.BatchNormalization, MinibatchDiscrimination)
        for network in (model.trunk, model.discriminator_head):
            for layer in network._flatten_layers():
                if isinstance(layer, batchwise):
                    raise ValueError(
                        f"{type(self).__name__} needs a discriminator without batch normalisation "
                        "or minibatch discrimination: discriminator_normalization='layer', say. "
                        f"Received: one with the layer {layer.name!r}"
                    )


@keras.saving.register_keras_serializable("keras_infogan")
class GradientPenalty(_GradientRegularizer):
    """WGAN-GP's two-sided penalty (Gulrajani et al. 2017, arXiv:1704.00028, equation 3).

    w E[(||grad_y f(y)|| - 1)^2], y = alpha x + (1 - alpha) G(z), alpha ~ U(0, 1) an image

    Args:
        weight: w > 0; the paper's is 10.

    Example:

    >>> InfoGAN(..., objective=Wasserstein(), regularizers=[GradientPenalty()])
    """

    name = "gradient_penalty"

    def __call__(self, views: Views) -> Tensor:
        alpha = tf.random.stateless_uniform([tf.shape(views.images)[0], 1, 1, 1], views.seed)
        between = alpha * views.images + (1.0 - alpha) * views.fake_images
        norms = tf.sqrt(squared_gradient_norms(views, between) + NORM_EPSILON)
        return self.weight * tf.reduce_mean(tf.square(norms - 1.0))


@keras.saving.register_keras_serializable("keras_infogan")
class R1(_GradientRegularizer):
    """R1 = w/2 E[||grad_x D(x)||^2] on real images (Mescheder et al. 2018, arXiv:1801.04406).

    Args:
        weight: w > 0, gamma in the paper, whose own is 10.
    """

    name = "r1"

    def __call__(self, views: Views) -> Tensor:
        return self.weight / 2.0 * tf.reduce_mean(squared_gradient_norms(views, views.images))


@keras.saving.register_keras_serializable("keras_infogan")
class R2(_GradientRegularizer):
    """R2 = w/2 E[||grad_y D(y)||^2] on generated images y (Mescheder et al. 2018).

    Args:
        weight: w > 0; with `R1` of the same weight it is R3GAN's (arXiv:2501.05441).
    """

    name = "r2"

    def __call__(self, views: Views) -> Tensor:
        return self.weight / 2.0 * tf.reduce_mean(squared_gradient_norms(views, views.fake_images))


def squared_gradient_norms(views: Views, images: Tensor) -> Tensor:
    """||grad_x D(x)||^2 an image, float32 [B], with D the logit of the discriminator.

    Args:
        views: of the step; its `read` makes the logits.
        images: float32 [B, H, W, C].
    """
    images = tf.stop_gradient(images)
    with tf.GradientTape() as tape:
        tape.watch(images)
        logits = tf.reduce_sum(views.read(images).logits)
    gradients = tf.cast(tape.gradient(logits, images), tf.float32)
    return tf.reduce_sum(tf.square(gradients), axis=[1, 2, 3])


@keras.saving.register_keras_serializable("keras_infogan")
class WeightClipping(Regularizer):
    """Every weight of the critic is cut to [-limit, limit] after each of its updates.

    Arjovsky et al. 2017 (arXiv:1701.07875, algorithm 1), whose limit is 0.01. Q's head is free.

    Args:
        limit: float > 0.
    """

    name = "weight_clipping"
    penalizes = False

    def __init__(self, limit: float = 0.01):
        if not limit > 0:
            raise ValueError(f"`limit` should be above 0. Received: limit={limit!r}")
        self.limit = limit

    def constrain(self, variables: Sequence[keras.Variable]) -> None:
        for variable in variables:
            variable.constraint = self._clip

    def _clip(self, weights: Tensor) -> Tensor:
        return keras.ops.clip(weights, -self.limit, self.limit)

    def get_config(self) -> dict[str, Any]:
        return {"limit": self.limit}
