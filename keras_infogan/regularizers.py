"""Penalties on the discriminator or on Q, added to the discriminator's loss."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import keras
import tensorflow as tf
from tensorflow_probability import distributions as tfd

from keras_infogan.latents import LatentSpec

Tensor = Any


@keras.saving.register_keras_serializable("keras_infogan")
class CodeConsistency:
    """Categorical codes of *real* images that survive an augmentation, and are all in use.

    w [ E_x KL(stop(q(c|x)) || q(c|a(x))) - h H(E_x q(c|x)) + k E_x H(q(c|x)) ]

    with x real images, a an augmentation, q the recognition network and H the entropy in nats:
    consistency, balanced use of the categories, and confidence. Hu et al. 2017
    (IMSAT, arXiv:1702.08720, equations 7 and 13) train a classifier so; here it shapes Q while
    G learns.

    Args:
        augmentation: Keras layer, images [B, H, W, C] in [0, 1] -> the same, called with
            training=True; its changes should leave the meaning of the codes as it is.
        weight: w >= 0.
        balance: h >= 0.
        confidence: k >= 0.

    Raises:
        TypeError: the augmentation is no Keras layer.
        ValueError: a negative weight.

    Example:

    >>> consistency = CodeConsistency(keras.layers.RandomRotation(22 / 360), weight=1.0)
    """

    name = "consistency"

    def __init__(
        self,
        augmentation: keras.layers.Layer,
        weight: float = 1.0,
        balance: float = 0.4,
        confidence: float = 0.1,
    ):
        if not isinstance(augmentation, keras.layers.Layer):
            raise TypeError(
                "`augmentation` should be a Keras layer from images to images. "
                f"Received: {augmentation!r}"
            )
        if min(weight, balance, confidence) < 0:
            raise ValueError(
                "`weight`, `balance` and `confidence` should be at least 0. "
                f"Received: {weight}, {balance}, {confidence}"
            )
        self.augmentation = augmentation
        self.weight = weight
        self.balance = balance
        self.confidence = confidence

    def check(self, latents: LatentSpec) -> None:
        """Refuses latents that it says nothing about.

        Raises:
            ValueError: no code is categorical.
        """
        if not latents.categorical_names:
            raise ValueError(
                f"CodeConsistency needs a categorical code. Received: codes={latents.codes}"
            )

    def __call__(
        self,
        images: Tensor,
        posteriors: Mapping[str, tfd.Distribution],
        recognize: Callable[[Tensor], Mapping[str, tfd.Distribution]],
    ) -> Tensor:
        """The penalty summed over categorical codes, a float32 scalar.

        Args:
            images: real images, float32 [B, H, W, C] in [0, 1].
            posteriors: q(c|x) of those images per code name.
            recognize: images -> q(c|x) per code name, in training mode.
        """
        augmented = recognize(self.augmentation(images, training=True))
        terms = [
            self._of_code(posterior.logits_parameter(), augmented[name].logits_parameter())
            for name, posterior in posteriors.items()
            if isinstance(posterior, tfd.Categorical)
        ]
        return self.weight * tf.add_n(terms)

    def _of_code(self, logits: Tensor, augmented_logits: Tensor) -> Tensor:
        posterior = tfd.Categorical(logits=logits)
        target = tfd.Categorical(logits=tf.stop_gradient(logits))
        consistency = tfd.kl_divergence(target, tfd.Categorical(logits=augmented_logits))
        # In logs, or a category whose probability underflows would have a NaN gradient.
        marginal = tfd.Categorical(logits=tf.reduce_logsumexp(tf.nn.log_softmax(logits), axis=0))
        return (
            tf.reduce_mean(consistency)
            - self.balance * marginal.entropy()
            + self.confidence * tf.reduce_mean(posterior.entropy())
        )

    def get_config(self) -> dict[str, Any]:
        return {
            "augmentation": keras.saving.serialize_keras_object(self.augmentation),
            "weight": self.weight,
            "balance": self.balance,
            "confidence": self.confidence,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> CodeConsistency:
        augmentation = keras.saving.deserialize_keras_object(config["augmentation"])
        return cls(**{**config, "augmentation": augmentation})
