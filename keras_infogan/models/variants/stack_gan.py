"""StackGAN with codes: an image from a text in two stages, a small one and then a large one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

import keras
import tensorflow as tf

from keras_infogan.latents.given import GivenText
from keras_infogan.latents.spec import LatentSpec
from keras_infogan.losses import Losses
from keras_infogan.models.variants.conditional_gan import ConditionalGAN
from keras_infogan.networks import NetworkDict, Networks, Recipe
from keras_infogan.networks.joint import discriminator
from keras_infogan.networks.pyramid import shrunk
from keras_infogan.networks.stages import (
    CONDITIONING_UNITS,
    STAGE_FACTOR,
    run_stages,
    stage_one,
    stage_two,
    two_stages,
)
from keras_infogan.regularizers.context import PenaltyContext
from keras_infogan.runtime.types import Tensor

CONDITIONING_LOG = "conditioning"


@keras.saving.register_keras_serializable("keras_infogan")
class StackGAN(ConditionalGAN):
    """StackGAN (Zhang et al. 2017, arXiv:1612.03242, equations 2 to 6) with codes.

    V = V_1(D_1, G_1) + V_2(D_2, G_2) + w KL(N(mean(t), deviation(t)^2) || N(0, 1))

    G_1 makes a small image of a text t, noise and codes; G_2 makes an image four times as large of
    the small one, and of t again. D_1 and D_2 read the images of their size with the text. The text
    reaches both stages as a normal draw around its encoding, the conditioning augmentation; G
    minimizes the KL divergence in nats. Q reads the large image, so the codes model what the text
    leaves open.

    In the paper stage two is trained after stage one; here they are trained together. G, D_1 and
    D_2 each learn their own encoder of the text; the paper has one that was trained before.

    Args:
        latents: with one `GivenText` of one sentence.
        first_discriminator: D_1, Keras model [small images, the text's encoding] -> logits [B, 1].
        matching_aware: as for `ConditionalGAN`, and for both D_1 and D_2.
        conditioning_weight: w, float >= 0; the paper's is 1.
        others: as for `ConditionalGAN`.

    Raises:
        ValueError: something else is given, a negative weight, or, in `from_architecture`, less
            noise than the conditioning takes.

    Examples:
        >>> text = GivenText(["a", "red", "heart"], 3, examples=["a red heart", "a heart"])
        >>> latents = LatentSpec(16, {"light": Uniform(1)}, given={"caption": text})
        >>> model = StackGAN.from_architecture(
        ...     "dcgan", latents, (32, 32, 3), networks={"width_multiplier": 0.05}
        ... )
        >>> model.sample(2, codes={"caption": "a red heart"}).shape
        (2, 32, 32, 3)
    """

    given_kind = GivenText
    makes_generator = True
    further_discriminators = ("first_discriminator",)
    term_weights = MappingProxyType({"conditioning_weight": 0.1})

    @classmethod
    def further_networks(cls, recipe: Recipe, parts: Networks, latents: LatentSpec) -> NetworkDict:
        text = cls.checked_given(latents)
        if latents.noise < CONDITIONING_UNITS:
            raise ValueError(
                f"StackGAN should have noise of at least {CONDITIONING_UNITS} dimensions, which "
                f"become the noise of the conditioning. Received: noise={latents.noise}"
            )
        first = stage_one(recipe, latents.width, text, parts.trunk.input_shape[1:])
        small = first.output_shape[0]
        second = stage_two(recipe, latents.own_width, small[1:])
        return {
            **super().further_networks(recipe, parts, latents),
            "generator": two_stages(first, second, latents.own_width),
            "first_discriminator": discriminator(
                recipe(1, 0, small[1:]), "first_discriminator", text
            ),
        }

    def generated(self, encoded: Tensor, training: bool) -> tuple[Tensor, Any]:
        """Large images, and what stage one makes."""
        first, second = (self.generator.get_layer(name) for name in ("stage_one", "stage_two"))
        return run_stages(first, second, encoded, self.latents.own_width, training=training)

    def further_reals(self, images: Tensor, drawn: Mapping[str, Tensor], training: bool) -> Tensor:
        pair = [shrunk(images, STAGE_FACTOR), self.latents.encode_given(drawn)]
        return self.first_discriminator(pair, training=training)

    def adversarial_losses(self, context: PenaltyContext) -> Losses:
        small, _, mean, log_deviation = context.inner
        text = self.latents.encode_given(context.drawn)
        of_small = self.joint_game(
            partial(self.first_discriminator, training=context.training),
            context.further_real,
            (shrunk(context.images, STAGE_FACTOR), small),
            text,
        )
        variance = tf.exp(2.0 * log_deviation)
        divergence = tf.reduce_sum((mean**2 + variance - 1.0) / 2.0 - log_deviation, axis=-1)
        conditioning = tf.reduce_mean(divergence)
        return (
            super().adversarial_losses(context)
            + of_small
            + Losses(0.0, self.conditioning_weight * conditioning, {CONDITIONING_LOG: conditioning})
        )

    @property
    def log_names(self) -> list[str]:
        return [*super().log_names, CONDITIONING_LOG]
