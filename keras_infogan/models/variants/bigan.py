"""BiGAN with codes: an encoder trained with the generator, against a discriminator of pairs."""

from __future__ import annotations

import dataclasses
from typing import Any

import keras
import tensorflow as tf

from keras_infogan.images import unit_images
from keras_infogan.information import DetachedBound
from keras_infogan.latents.spec import LatentSpec
from keras_infogan.losses import Losses, Side
from keras_infogan.models.infogan import InfoGAN
from keras_infogan.networks import NetworkDict, Networks, Recipe
from keras_infogan.networks.joint import joined, joint_head
from keras_infogan.networks.outputs import DiscriminatorOutput
from keras_infogan.regularizers.context import PenaltyContext
from keras_infogan.runtime.types import Tensor


@keras.saving.register_keras_serializable("keras_infogan")
class BiGAN(InfoGAN):
    """BiGAN (Donahue et al. 2017, arXiv:1605.09782, equation 2) whose latents hold codes.

    D tells pairs (x, E(x)) from pairs (G(z, c), (z, c)); G and E together minimize D's loss with
    the roles exchanged, plus the information term if codes have weights above 0. E is a separate
    network: it computes features of an image, then Q reads the codes and a head reads the noise.

    Args:
        latents, generator, trunk: as for `InfoGAN`; the trunk is D's.
        discriminator_head: Keras model [B, F + latents.width] -> logits [B, 1].
        information: the bound that owns Q, which reads the encoder's features.
        encoder: Keras model images -> features [B, F].
        noise_head: Keras model features -> noise [B, noise] in [-1, 1].
        others: as for `InfoGAN`.

    Raises:
        ValueError: an information whose loss D's side minimizes, which trains nothing here; a
            gradient penalty, whose gradient would go through E too; or, in `from_architecture`, no
            noise.
    """

    has_one_critic = False
    averages_discriminator = False
    informed_sides = (Side.GENERATOR,)
    further_generators = ("encoder", "noise_head")

    def __init__(self, latents: LatentSpec, *args: Any, **kwargs: Any):
        super().__init__(latents, *args, **kwargs)
        if isinstance(self.information, DetachedBound):
            raise ValueError(
                "BiGAN should have a VariationalBound: G and E minimize it. "
                f"Received: {type(self.information).__name__}"
            )

    @classmethod
    def further_networks(cls, recipe: Recipe, parts: Networks, latents: LatentSpec) -> NetworkDict:
        if not latents.noise:
            raise ValueError("BiGAN should have noise, which its encoder reads. Received: noise=0")
        encoder = recipe(latents.width, 0, parts.trunk.input_shape[1:]).trunk
        encoder.name = "encoder"
        features = parts.trunk.output_shape[-1]
        noise_layer = keras.layers.Dense(latents.noise, activation="tanh", dtype="float32")
        return {
            "encoder": encoder,
            "noise_head": keras.Sequential(
                [keras.layers.Input([features]), noise_layer], name="noise_head"
            ),
            "discriminator_head": joint_head(features, latents.width),
        }

    def generator_variables(self) -> list[keras.Variable]:
        return super().generator_variables() + self.information.trainable_variables

    def discriminator_variables(self) -> list[keras.Variable]:
        return self.critic_variables()

    def discriminator_networks(self) -> list[keras.layers.Layer]:
        return [*super().discriminator_networks(), self.encoder]

    def adversarial_losses(self, context: PenaltyContext) -> Losses:
        """G and E minimize D's loss with the roles exchanged."""
        losses = super().adversarial_losses(context)
        exchanged = self.objective.discriminator_loss(real=context.fake, fake=context.real)
        return dataclasses.replace(losses, generator=exchanged)

    def encode(self, images: Tensor) -> Tensor:
        """The latents that the encoder reads from images, float32 [B, latents.width]."""
        return self._encoded(unit_images(images), training=False)[0]

    def _encoded(self, images: Tensor, training: bool) -> tuple[Tensor, Tensor]:
        """The latents that the encoder reads, and Q's parameters."""
        features = self.encoder(images, training=training)
        parameters = self.information(features, training=training)
        codes = self.latents.encode_read(parameters)
        noise = self.noise_head(features, training=training)
        return tf.concat([noise, codes], axis=-1), parameters

    def discriminate(self, images: Tensor, training: bool = False) -> DiscriminatorOutput:
        """D's output for images paired with the latents that the encoder reads from them."""
        images = unit_images(images)
        encoded, parameters = self._encoded(images, training)
        return self._pair(images, encoded, training)._replace(parameters=parameters)

    def discriminate_fakes(
        self, images: Tensor, encoded: Tensor, training: bool = False
    ) -> DiscriminatorOutput:
        """D's output for generated images paired with their own latents."""
        parameters = self.discriminate(images, training).parameters
        return self._pair(images, encoded, training)._replace(parameters=parameters)

    def _pair(self, images: Tensor, encoded: Tensor, training: bool) -> DiscriminatorOutput:
        """D's output for images and latents [B, latents.width]; without Q's parameters."""
        features = self.trunk(images, training=training)
        joint = joined(features, encoded)
        return DiscriminatorOutput(
            features, self.discriminator_head(joint, training=training), None
        )
