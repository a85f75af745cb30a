"""Lower bounds on mutual informations, in nats."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import keras
import tensorflow as tf

from keras_infogan.latents import LatentSpec
from keras_infogan.schedules import Ramp

Tensor = Any


@keras.saving.register_keras_serializable("keras_infogan")
class VariationalBound(keras.layers.Layer):
    """The variational bound on I(c; G(z, c)), with the recognition head Q that makes it.

    L_I = E[c ~ P(c), x ~ G(z, c)] [log Q(c|x)] + H(c) <= I(c; G(z, c))
    (Chen et al. 2016, arXiv:1606.03657, equation 5), per code and in nats.

    Args:
        latents: the `LatentSpec` whose codes Q reads.
        recognition_head: Keras model from the trunk's features to Q's parameters.
        generator_weight: schedule step -> weight of the term in the generator's loss.
        discriminator_weight: the same for the trunk and Q. Both default to 1 from the start.

    Example:

    >>> bounds = bound.bounds(drawn_latents, bound(features))   # {"digit": scalar in nats, ...}
    """

    def __init__(
        self,
        latents: LatentSpec,
        recognition_head: keras.Model,
        generator_weight: Ramp | None = None,
        discriminator_weight: Ramp | None = None,
        name: str = "information",
        **kwargs: Any,
    ):
        super().__init__(name=name, **kwargs)
        self.latents = latents
        self.recognition_head = recognition_head
        self.generator_weight = generator_weight or Ramp()
        self.discriminator_weight = discriminator_weight or Ramp()

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        if not self.recognition_head.built:
            self.recognition_head.build(input_shape)
        self.built = True

    def call(self, features: Tensor, training: bool = False) -> Tensor:
        """Q's parameters, float32 [B, parameter_count], from the trunk's features."""
        return self.recognition_head(features, training=training)

    def bounds(self, latents: Mapping[str, Tensor], parameters: Tensor) -> dict[str, Tensor]:
        """The bound per code, a float32 scalar each, in nats; at most H(c) for discrete codes.

        Args:
            latents: what the images were generated from, B rows.
            parameters: Q's output on those images, float32 [B, parameter_count].
        """
        entropy = self.latents.entropy()
        return {
            name: tf.reduce_mean(log_prob) + entropy[name]
            for name, log_prob in self.latents.log_prob(latents, parameters).items()
        }

    def loss(self, bounds: Mapping[str, Tensor]) -> Tensor:
        """-sum over codes of lambda_code L_I(code), a float32 scalar."""
        weighted = [self.latents.codes[name].weight * bound for name, bound in bounds.items()]
        return -tf.add_n(weighted) if weighted else tf.constant(0.0)

    def get_config(self) -> dict[str, Any]:
        serialize = keras.saving.serialize_keras_object
        return {
            **super().get_config(),
            "latents": serialize(self.latents),
            "recognition_head": serialize(self.recognition_head),
            "generator_weight": serialize(self.generator_weight),
            "discriminator_weight": serialize(self.discriminator_weight),
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> VariationalBound:
        parts = ("latents", "recognition_head", "generator_weight", "discriminator_weight")
        deserialized = {part: keras.saving.deserialize_keras_object(config[part]) for part in parts}
        return cls(**{**config, **deserialized})


def real_fake_information(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """The bound on I(x; y), y telling real from fake: log 2 + (E log D + E log(1 - D)) / 2.

    The discriminator is the variational posterior of y (Huszar 2016, "InfoGAN: using the
    variational bound on mutual information (twice)"); the bound is at most ln 2 = 0.693 nats.

    Args:
        real_logits, fake_logits: float32 [B, 1].

    Returns:
        A float32 scalar in nats.

    Example:

    >>> real_fake_information(tf.zeros([8, 1]), tf.zeros([8, 1]))   # 0.0: D cannot tell
    """
    log_real = -tf.nn.softplus(-real_logits)
    log_fake = -tf.nn.softplus(fake_logits)
    return math.log(2.0) + (tf.reduce_mean(log_real) + tf.reduce_mean(log_fake)) / 2.0
