"""Penalties on the gradient of the discriminator's logit with respect to its image."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from keras_infogan.layers import MinibatchDiscrimination
from keras_infogan.regularizers.base import DiscriminatorPenalty, RegularizedParts
from keras_infogan.regularizers.context import PenaltyContext
from keras_infogan.runtime.arguments import checked_number
from keras_infogan.runtime.compat import nested_layers
from keras_infogan.runtime.types import Tensor

NORM_EPSILON = 1e-12  # the square root has an infinite gradient at 0


class _GradientPenalty(DiscriminatorPenalty):
    """A penalty on the gradient of D's logit with respect to its image."""

    def __init__(self, weight: float = 10.0):
        super().__init__(weight)

    def check(self, parts: RegularizedParts) -> None:
        if not parts.has_one_critic:
            raise ValueError(
                f"{type(self).__name__} needs a model with one discriminator, which reads an image "
                "without what Q says of it. Received: a model with others"
            )
        # With these layers each logit depends on every image; the penalty sees only its own image.
        batchwise = (keras.layers.BatchNormalization, MinibatchDiscrimination)
        for network in (parts.trunk, parts.discriminator_head):
            for layer in nested_layers(network):
                if isinstance(layer, batchwise):
                    raise ValueError(
                        f"{type(self).__name__} needs a discriminator without batch normalization "
                        "or minibatch discrimination: use discriminator_normalization='layer'. "
                        f"Received: one with the layer {layer.name!r}"
                    )


@keras.saving.register_keras_serializable("keras_infogan")
class GradientPenalty(_GradientPenalty):
    """WGAN-GP's two-sided penalty (Gulrajani et al. 2017, arXiv:1704.00028, equation 3).

    w E[(||grad_y f(y)|| - 1)^2], y = alpha x + (1 - alpha) G(z), alpha ~ U(0, 1) per image

    Args:
        weight: w > 0; the paper's is 10.

    Examples:
        >>> wasserstein = infogan.objectives.Wasserstein()
        >>> networks = {"discriminator_normalization": "layer"}
        >>> model = InfoGAN.from_architecture(
        ...     "mnist", latents, objective=wasserstein, regularizers=[GradientPenalty()],
        ...     networks=networks,
        ... )
    """

    name = "gradient_penalty"

    def __call__(self, context: PenaltyContext) -> Tensor:
        ones = [1] * (context.images.shape.rank - 1)
        alpha = tf.random.stateless_uniform([tf.shape(context.images)[0], *ones], context.seed)
        between = alpha * context.images + (1.0 - alpha) * context.fake_images
        norms = tf.sqrt(squared_gradient_norms(context, between) + NORM_EPSILON)
        return self.weight * tf.reduce_mean(tf.square(norms - 1.0))


class _ZeroCentered(_GradientPenalty):
    """A penalty on gradients that should be 0, on a part of a batch.

    Args:
        weight: w > 0.
        share: of the batch's images that it is taken on, above 0 and at most 1.
    """

    def __init__(self, weight: float = 10.0, share: float = 1.0):
        super().__init__(weight)
        if not 0.0 < checked_number("share", share) <= 1.0:
            raise ValueError(f"`share` should be above 0 and at most 1. Received: share={share!r}")
        self.share = share

    def _penalty(self, context: PenaltyContext, images: Tensor) -> Tensor:
        rows = tf.cast(tf.shape(images)[0], tf.float32)
        part = images[: tf.cast(tf.math.ceil(self.share * rows), tf.int32)]
        return self.weight / 2.0 * tf.reduce_mean(squared_gradient_norms(context, part))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "share": self.share}


@keras.saving.register_keras_serializable("keras_infogan")
class R1(_ZeroCentered):
    """R1 = w/2 E[||grad_x D(x)||^2] on real images (Mescheder et al. 2018, arXiv:1801.04406).

    Its gradient costs about as much as the rest of D's update. On a share of the batch it has the
    same expectation, costs that share, and varies more.

    Args:
        weight: w > 0, gamma in the paper, where it is 10.
        share: of the batch's images that it is taken on, above 0 and at most 1.

    Raises:
        ValueError: an argument out of range.
    """

    name = "r1"

    def __call__(self, context: PenaltyContext) -> Tensor:
        return self._penalty(context, context.images)


@keras.saving.register_keras_serializable("keras_infogan")
class R2(_ZeroCentered):
    """R2 = w/2 E[||grad_y D(y)||^2] on generated images y (Mescheder et al. 2018).

    Args:
        weight: w > 0; R3GAN uses `R1` and `R2` with equal weights (arXiv:2501.05441).
        share: as for `R1`.

    Raises:
        ValueError: an argument out of range.
    """

    name = "r2"

    def __call__(self, context: PenaltyContext) -> Tensor:
        return self._penalty(context, context.fake_images)


def squared_gradient_norms(context: PenaltyContext, images: Tensor) -> Tensor:
    """||grad_x D(x)||^2 of each image, float32 [B], with D the logit of the discriminator.

    Args:
        context: of the step; its `discriminate` makes the logits.
        images: float32 [B, H, W, C], or videos [B, T, H, W, C].
    """
    images = tf.stop_gradient(images)
    with tf.GradientTape() as tape:
        tape.watch(images)
        logits = tf.reduce_sum(context.discriminate(images).logits)
    gradients = tf.cast(tape.gradient(logits, images), tf.float32)
    return tf.reduce_sum(tf.square(gradients), axis=range(1, images.shape.rank))
