"""Conditional InfoGAN: one code is a given label, and the other codes are learned."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import keras
import tensorflow as tf

from keras_infogan.images import unit_images
from keras_infogan.latents.spec import LatentSpec
from keras_infogan.layers import frozen_statistics
from keras_infogan.losses import Losses, Side
from keras_infogan.models import replicas
from keras_infogan.models.infogan import InfoGAN
from keras_infogan.models.labels import LabelRule
from keras_infogan.runtime.arguments import checked_number
from keras_infogan.runtime.types import Tensor

LABEL_LOG = "label_cross_entropy"


@keras.saving.register_keras_serializable("keras_infogan")
class ConditionalInfoGAN(InfoGAN):
    """InfoGAN with one categorical code that is a given label.

    The label's code is learned from generated images like any other code. It is also learned from
    the labels of real images, by a separate update before the others:

        minimize -w E[log Q(y|x)] over the trunk and Q, for real images x with their labels y,

    which is how an auxiliary classifier conditions a GAN (Odena et al. 2017, arXiv:1610.09585).
    G generates the given class; the other codes model what the labels do not explain. The log of
    this update is the cross-entropy in nats; a random guess has ln(classes).

    `fit` takes (images, labels): arrays, or a stream of batches that hold both. Labels are ints
    [B] or [B, 1] in 0 .. classes - 1. In a dictionary they have the code's name, or "label".

    Args:
        label: name of the categorical code that is the label.
        label_weight: w, float > 0.
        others: as for `InfoGAN`.

    Raises:
        ValueError: no categorical code of that name, or a weight that is not positive.

    Examples:
        >>> model = ConditionalInfoGAN.from_architecture(
        ...     "mnist", latents, label="digit", networks={"width_multiplier": 0.05}
        ... )
        >>> model.compile()
        >>> history = model.fit(images, labels, batch_size=32, epochs=1, verbose=0)
        >>> model.sample(8, codes={"digit": 3}).shape
        (8, 28, 28, 1)
    """

    takes_labels = True
    config_numbers = (*InfoGAN.config_numbers, "label", "label_weight")

    def __init__(
        self, latents: LatentSpec, *, label: str, label_weight: float = 1.0, **kwargs: Any
    ):
        if label not in latents.categorical_names:
            raise ValueError(
                f"`label` should name one of the categorical codes {latents.categorical_names}. "
                f"Received: label={label!r}"
            )
        checked_number("label_weight", label_weight, above=0)
        super().__init__(latents, **kwargs)
        self.label = label
        self.label_weight = label_weight

    def train_step(self, data: Any) -> dict[str, Tensor]:
        images, labels = self._unpack(data)
        with self.guarded_step() as step:
            recognizers = self.trunk.trainable_variables + self.information.trainable_variables
            label_losses = step.update(
                partial(self.label_losses, images, labels),
                Side.DISCRIMINATOR,
                variables={Side.DISCRIMINATOR: recognizers},
            )
            step.losses = self.updates(step, images) + label_losses.only()
        return self.record(step.losses, step.is_good)

    def test_step(self, data: Any) -> dict[str, Tensor]:
        images, labels = self._unpack(data)
        rows = tf.cast(tf.shape(images)[0], tf.float32)
        cross_entropy = self.label_cross_entropy(replicas.filled(images), replicas.filled(labels))
        self._means[LABEL_LOG].update_state(cross_entropy, sample_weight=rows)
        return super().test_step(images)

    @property
    def log_names(self) -> list[str]:
        return [*super().log_names, LABEL_LOG]

    def label_losses(
        self, images: Tensor, labels: Tensor, sides: Sequence[Side] = (Side.DISCRIMINATOR,)
    ) -> Losses:
        """w times the cross-entropy of real images' labels, for the discriminator's side."""
        del sides
        with frozen_statistics(self.trunk, self.information):
            cross_entropy = self.label_cross_entropy(images, labels, training=True)
        return Losses(self.label_weight * cross_entropy, 0.0, {LABEL_LOG: cross_entropy})

    def label_cross_entropy(self, images: Tensor, labels: Tensor, training: bool = False) -> Tensor:
        """-E log Q(y|x) in nats, a float32 scalar.

        Args:
            images: float32 [B, H, W, C] in [0, 1].
            labels: int [B].
            training: the mode of the networks.
        """
        parameters = self.information(self.trunk(images, training=training), training=training)
        posterior = self.latents.posteriors(parameters)[self.label]
        return -tf.reduce_mean(posterior.log_prob(labels))

    @property
    def label_rule(self) -> LabelRule:
        return LabelRule(self.label, self.latents.codes[self.label].size)

    def _unpack(self, data: Any) -> tuple[Tensor, Tensor]:
        images, labels, _ = keras.utils.unpack_x_y_sample_weight(data)
        return unit_images(images), tf.cast(labels, tf.int64)
