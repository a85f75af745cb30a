"""Adversarial objectives: what the discriminator and the generator minimise."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

Tensor = Any


@keras.saving.register_keras_serializable("keras_infogan")
class NonSaturating:
    """The non-saturating objective of Goodfellow et al. 2014 (arXiv:1406.2661, section 3).

    D minimises -E[log D(x)] - E[log(1 - D(G(z)))], G minimises -E[log D(G(z))], where
    D(x) = sigmoid(logit(x)); in logits, -log D = softplus(-logit), -log(1 - D) = softplus(logit).

    Example:

    >>> NonSaturating().generator_loss(real=None, fake=Reading(tf.zeros([8, 1]), ...))   # 0.693
    """

    def discriminator_loss(self, real: Any, fake: Any) -> Tensor:
        """Mean over the batch, a float32 scalar.

        Args:
            real, fake: readings of real and generated images, with `logits` float32 [B, 1].
        """
        return tf.reduce_mean(tf.nn.softplus(-real.logits)) + tf.reduce_mean(
            tf.nn.softplus(fake.logits)
        )

    def generator_loss(self, real: Any, fake: Any) -> Tensor:
        """Mean over the batch, a float32 scalar; arguments as for `discriminator_loss`."""
        del real
        return tf.reduce_mean(tf.nn.softplus(-fake.logits))

    def get_config(self) -> dict[str, Any]:
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> NonSaturating:
        return cls(**config)
