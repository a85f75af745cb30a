"""InfoGAN with a separate update for the information term."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import keras
import tensorflow as tf

from keras_infogan.layers import frozen_statistics
from keras_infogan.losses import BOTH, Losses, Side
from keras_infogan.models.guarded_step import GuardedStep
from keras_infogan.models.infogan import NOTHING, InfoGAN
from keras_infogan.runtime.types import Tensor


@keras.saving.register_keras_serializable("keras_infogan")
class SeparateInfoGAN(InfoGAN):
    """Minimizes the adversarial losses first, and the codes' loss by a second update.

    loss of the second update: -sum over codes of lambda_code L_I(code), for G, the trunk and Q

    A common recipe has a least-squares objective, the cross-entropy of the categorical codes and
    the squared error of the continuous codes. The loss of a `Uniform` code with `stddev=1` is half
    of that squared error, plus a constant. The paper instead adds the term to both adversarial
    losses. Each optimizer makes both updates, so its moments follow both losses in turn.
    """

    informed_sides = ()

    def updated_variables(self, side: Side) -> list[keras.Variable]:
        if side is Side.DISCRIMINATOR:
            return self.critic_variables()
        return super().updated_variables(side)

    def updates(
        self, step: GuardedStep, images: Tensor, given: Mapping[str, Tensor] = NOTHING
    ) -> Losses:
        losses = super().updates(step, images, given)
        recognizers = self.trunk.trainable_variables + self.information.trainable_variables
        step.update(
            partial(self.information_losses, tf.shape(images)[0], self.step_seed()),
            variables={Side.DISCRIMINATOR: recognizers},
        )
        return losses

    def information_losses(
        self, batch_size: Tensor, seed: Tensor, sides: Sequence[Side] = BOTH
    ) -> Losses:
        """-lambda L_I on newly generated images, for both sides.

        Args:
            batch_size: images to generate, an int scalar.
            seed: int32 [2], stateless.
            sides: the sides that are updated.
        """
        del sides
        latents, encoded = self.draw(batch_size, seed)
        fake_images = self.generator(encoded, training=True)
        with frozen_statistics(*self.discriminator_networks()):
            fake = self.discriminate(fake_images, training=True)
        return self.information.compute_losses(latents, fake, self.step, training=True)
