"""Models that make an image of another one: what their cycles share."""

from __future__ import annotations

import tensorflow as tf

from keras_infogan.latents.given import GivenImage
from keras_infogan.models.given_input import GivenInput
from keras_infogan.models.infogan import InfoGAN
from keras_infogan.networks.outputs import DiscriminatorOutput
from keras_infogan.runtime.types import Tensor


class Translation(GivenInput, InfoGAN):
    """An `InfoGAN` that is given an image, and makes another one of it.

    D and Q read the new image alone.
    """

    given_kind = GivenImage
    makes_generator = True

    def translated(
        self, source: Tensor, codes_of: DiscriminatorOutput, noise: Tensor, training: bool
    ) -> Tensor:
        """What G makes of a source, with the codes that Q read from other images.

        No gradient reaches Q.

        Args:
            source: as it is given, float32 [B, H, W, C].
            codes_of: Q's output for B images.
            noise: float32 [B, noise].
            training: the mode of G.
        """
        codes = tf.stop_gradient(self.latents.encode_read(codes_of.parameters))
        return self.generator(tf.concat([noise, codes, flat(source)], axis=-1), training=training)


def flat(images: Tensor) -> Tensor:
    """Images [B, H, W, C] as rows [B, H W C]."""
    return tf.reshape(images, [tf.shape(images)[0], -1])


def mean_distance(images: Tensor, others: Tensor) -> Tensor:
    """The mean absolute difference of pixels, a float32 scalar."""
    return tf.reduce_mean(tf.abs(images - others))
