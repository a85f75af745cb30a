"""Conditional GAN with codes: G and D are given a class with each image."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import keras
import tensorflow as tf

from keras_infogan.images import unit_images
from keras_infogan.latents.spec import LatentSpec
from keras_infogan.losses import Losses
from keras_infogan.models.given_input import GivenInput
from keras_infogan.models.infogan import InfoGAN
from keras_infogan.networks import NetworkDict, Networks, Recipe
from keras_infogan.networks.joint import joined, joint_head
from keras_infogan.networks.outputs import DiscriminatorOutput
from keras_infogan.regularizers.context import PenaltyContext
from keras_infogan.runtime.types import Tensor


@keras.saving.register_keras_serializable("keras_infogan")
class ConditionalGAN(GivenInput, InfoGAN):
    """A conditional GAN (Mirza & Osindero 2014, arXiv:1411.1784, equation 2) with codes.

    min over G, Q, max over D of E[log D(x|y)] + E[log(1 - D(G(z, c|y)|y))] - lambda L_I(G, Q)

    where y is given with each image. It is an input of G, and of D: the head reads it next to the
    trunk's features of x. Q reads x alone. So the codes model what y does not say.

    `fit` takes (images, y), and `sample(8, codes={"digit": 3})` sets y like a code. D's logit of an
    image alone, as from `predict`, uses an encoding of 0 for y, so do not rely on it.

    `ConditionalInfoGAN` is another way to use labels: there the class is a code that Q learns.

    Args:
        latents: with one `given` input.
        matching_aware: whether D also learns that a real image with what was given with another
            image is not real: half of what D should reject (Reed et al. 2016, arXiv:1605.05396,
            algorithm 1). A generated image takes the place of a pair that happens to be right.
        discriminator_head: Keras model [B, F + latents.given_width] -> logits [B, 1].
        others: as for `InfoGAN`.

    Raises:
        ValueError: latents without one given input.

    Examples:
        >>> latents = LatentSpec(62, {"style": Uniform(2)}, given={"digit": GivenClass(10)})
        >>> model = ConditionalGAN.from_architecture(
        ...     "mnist", latents, networks={"width_multiplier": 0.05}
        ... )
        >>> model.compile()
        >>> history = model.fit(images, labels, batch_size=32, epochs=1, verbose=0)
        >>> model.sample(8, codes={"digit": 3}).shape
        (8, 28, 28, 1)
    """

    config_numbers = (*InfoGAN.config_numbers, "matching_aware")

    def __init__(self, latents: LatentSpec, *, matching_aware: bool = False, **kwargs: Any):
        super().__init__(latents, **kwargs)
        self.matching_aware = matching_aware

    @classmethod
    def further_networks(cls, recipe: Recipe, parts: Networks, latents: LatentSpec) -> NetworkDict:
        given = cls.checked_given(latents)
        head = joint_head(parts.trunk.output_shape[-1], latents.given_width, given)
        return {"discriminator_head": head}

    def adversarial_losses(self, context: PenaltyContext) -> Losses:
        losses = super().adversarial_losses(context)
        if not self.matching_aware:
            return losses
        columns = self.latents.encode_given(context.drawn)
        other = self._joint(context.images, tf.roll(columns, 1, axis=0), context.training)
        return self._with_mismatched(losses, (context.real, context.fake, other), columns, 1)

    def joint_game(
        self,
        read: Callable[..., Tensor],
        real: Tensor,
        images: tuple[Tensor, Tensor],
        columns: Tensor,
        shift: int = 1,
    ) -> Losses:
        """V of a further discriminator that reads images with what is given.

        Args:
            read: the discriminator in its mode, [images, columns] -> logits [B, 1].
            real: its logits for the real images.
            images: the real and the generated images.
            columns: the encoding of what is given, a row for each image.
            shift: how many rows further another image is.
        """
        fake = read([images[1], columns])
        losses = self.further_game(real, fake)
        if not self.matching_aware:
            return losses
        other = read([images[0], tf.roll(columns, shift, axis=0)])
        outputs = [DiscriminatorOutput(None, logits, None) for logits in (real, fake, other)]
        return self._with_mismatched(losses, outputs, columns, shift)

    def _with_mismatched(
        self,
        losses: Losses,
        outputs: Sequence[DiscriminatorOutput],
        columns: Tensor,
        shift: int,
    ) -> Losses:
        """V in which half of what D rejects is real images with what was given with others.

        Where both images have the same, the generated one stays what is rejected.

        Args:
            losses: V without them.
            outputs: D's for real images, for generated ones, and for real images with `columns`,
                what is given, rolled by `shift` rows.
        """
        real, fake, other = outputs
        is_same = tf.reduce_all(columns == tf.roll(columns, shift, axis=0), -1, keepdims=True)
        rejected = other._replace(logits=tf.where(is_same, fake.logits, other.logits))
        mismatched = self.objective.discriminator_loss(real, rejected)
        return dataclasses.replace(losses, discriminator=(losses.discriminator + mismatched) / 2.0)

    def discriminate(self, images: Tensor, training: bool = False) -> DiscriminatorOutput:
        images = unit_images(images)
        nothing = tf.zeros([tf.shape(images)[0], self.latents.given_width])
        return self._joint(images, nothing, training)

    def discriminate_reals(
        self, images: Tensor, given: Mapping[str, Tensor], training: bool = False
    ) -> DiscriminatorOutput:
        return self._joint(unit_images(images), self.latents.encode_given(given), training)

    def discriminate_fakes(
        self, images: Tensor, encoded: Tensor, training: bool = False
    ) -> DiscriminatorOutput:
        return self._joint(images, encoded[:, -self.latents.given_width :], training)

    def _joint(self, images: Tensor, columns: Tensor, training: bool) -> DiscriminatorOutput:
        """The output for images with what is given, encoded, [B, latents.given_width]."""
        trunk, head, recognize = self.reading_networks(training)
        features = trunk(images, training=training)
        joint = joined(features, columns)
        return DiscriminatorOutput(
            features, head(joint, training=training), recognize(features, training=training)
        )
