"""InfoGAN whose information has an update of its own."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from keras_infogan.information import InformationTerms
from keras_infogan.layers import frozen_statistics
from keras_infogan.models.infogan import InfoGAN
from keras_infogan.regularizers.context import PenaltyContext

Tensor = Any


@keras.saving.register_keras_serializable("keras_infogan")
class SeparateInfoGAN(InfoGAN):
    """The adversarial losses are minimised first, the codes' loss by a second update after them.

    loss of the second update: -sum over codes of lambda_code L_I(code), for G, the trunk and Q

    A common recipe with a least-squares objective, cross-entropy of the categorical codes and the
    squared error of the continuous ones: half of it, but for a constant, is the loss of a
    `Uniform` code with `stddev=1`. The paper adds the term to both adversarial losses instead.
    Each optimizer makes both updates, so that its moments see both losses in turn.
    """

    def variables_of_discriminator_loss(self) -> list[keras.Variable]:
        return self.critic_variables()

    def losses_of_both_sides(
        self, views: PenaltyContext, information: InformationTerms
    ) -> tuple[Tensor, Tensor]:
        real, fake = views.real, views.fake
        return (
            self.objective.discriminator_loss(real, fake),
            self.objective.generator_loss(real, fake),
        )

    def _update_both(self, images: Tensor, seed: Tensor) -> dict[str, Tensor]:
        losses = super()._update_both(images, seed)
        self._update_information(tf.shape(images)[0], seed)
        return losses

    def _update_information(self, batch_size: Tensor, seed: Tensor) -> None:
        with tf.GradientTape() as generator_tape, tf.GradientTape() as recognition_tape:
            latents, encoded = self.draw(batch_size, seed)
            fake_images = self.generator(encoded, training=True)
            with frozen_statistics(self.trunk, self.discriminator_head, self.information):
                fake = self.read(fake_images, training=True)
            terms = self.information.terms(latents, fake, self.step, training=True)
            generator_loss = self.scaled_loss(terms.generator, self.generator_optimizer)
            recognition_loss = self.scaled_loss(terms.discriminator, self.discriminator_optimizer)
        self.update(
            self.discriminator_optimizer,
            recognition_tape,
            recognition_loss,
            self.trunk.trainable_variables + self.information.trainable_variables,
        )
        self.update(
            self.generator_optimizer, generator_tape, generator_loss, self.generator_variables()
        )
