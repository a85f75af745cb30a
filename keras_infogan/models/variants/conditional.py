"""Conditional InfoGAN: one code is a label, given for all images or for a few of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import keras
import numpy as np
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
LABELED_SEED = 1  # of the draws of labeled images


@keras.saving.register_keras_serializable("keras_infogan")
class ConditionalInfoGAN(InfoGAN):
    """InfoGAN with one categorical code that is a label, of all images or of a few.

    The label's code is learned from generated images like any other code. It is also learned from
    the labels of real images, by a separate update before the others:

        minimize -w E[log Q(y|x)] over the trunk and Q, for real images x with their labels y,

    which is how an auxiliary classifier conditions a GAN (Odena et al. 2017, arXiv:1610.09585).
    G generates the given class; the other codes model what the labels do not explain. The log of
    this update is the cross-entropy in nats; a random guess has ln(classes).

    `fit` takes (images, labels): arrays, or a stream of batches that hold both. Labels are ints
    [B] or [B, 1] in 0 .. classes - 1. In a dictionary they have the code's name, or "label".

    The label -1 means that an image has none. So a few labels name the values of a code that is
    learned from all images (Spurr et al. 2017, arXiv:1707.04487). Few labels are rare in a batch:
    with arrays, the separate update draws its batch from the labeled images alone. In a stream it
    uses those of the stream's batch, or of the images that `keep_labeled` was given; a batch
    without a label has a loss of 0, which is its part of the log too.

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
        self._labeled: tuple[Tensor, Tensor] | None = None  # images and labels, if they are few

    @contextmanager
    def training_on(self, images: Any, labels: Any) -> Iterator[None]:
        """Draws from the labeled images of an array while `fit` trains on it, if some have none."""
        is_labeled = np.zeros(0, bool) if labels is None else labels >= 0
        if is_labeled.all() or not is_labeled.any():
            yield
            return
        before = self._labeled
        self.keep_labeled(images[is_labeled], labels[is_labeled])
        try:
            yield
        finally:
            self._labeled, self.train_function = before, None

    def keep_labeled(self, images: Any, labels: Any) -> None:
        """Draws the batches of the labels' update from these images, in all further training.

        Call it before `fit` on a stream in which labeled images are rare.

        Args:
            images: [N, H, W, C], as `recognize` takes them.
            labels: int [N] in 0 .. classes - 1.

        Raises:
            TypeError, ValueError: images or labels that `fit` refuses.
        """
        images, labels = self._rule().arrays(images, labels)
        self._labeled = tf.constant(images), tf.constant(labels, tf.int64)
        self.train_function = None  # Keras's, which holds the images of before

    def train_step(self, data: Any) -> dict[str, Tensor]:
        all_images, labels = self._unpack(data)
        images = all_images
        if self._labeled is not None:
            images, labels = self._draw_labeled(tf.shape(all_images)[0])
        with self.guarded_step() as step:
            recognizers = self.trunk.trainable_variables + self.information.trainable_variables
            label_losses = step.update(
                partial(self.label_losses, images, labels),
                Side.DISCRIMINATOR,
                variables={Side.DISCRIMINATOR: recognizers},
            )
            step.losses = self.updates(step, all_images) + label_losses.only()
        return self.record(step.losses, step.is_good)

    def test_step(self, data: Any) -> dict[str, Tensor]:
        images, labels = self._unpack(data)
        cross_entropy = self.label_cross_entropy(replicas.filled(images), replicas.filled(labels))
        labeled = tf.reduce_sum(tf.cast(labels >= 0, tf.float32))
        self._means[LABEL_LOG].update_state(cross_entropy, sample_weight=labeled)
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
        """-E log Q(y|x) in nats over the labeled images, a float32 scalar; 0 if there are none.

        Args:
            images: float32 [B, H, W, C] in [0, 1].
            labels: int [B]; -1 is no label.
            training: the mode of the networks.
        """
        parameters = self.information(self.trunk(images, training=training), training=training)
        posterior = self.latents.posteriors(parameters)[self.label]
        is_labeled = tf.cast(labels >= 0, tf.float32)
        log_probs = is_labeled * posterior.log_prob(tf.maximum(labels, 0))
        return -tf.reduce_sum(log_probs) / tf.maximum(tf.reduce_sum(is_labeled), 1.0)

    @property
    def label_rule(self) -> LabelRule:
        return LabelRule(self.label, self.latents.codes[self.label].size)

    def _draw_labeled(self, count: Tensor) -> tuple[Tensor, Tensor]:
        """`count` of the labeled images and their labels, drawn with repetition."""
        assert self._labeled is not None
        images, labels = self._labeled
        seed = tf.random.experimental.stateless_fold_in(self.step_seed(), LABELED_SEED)
        rows = tf.random.stateless_uniform(
            [count], replicas.own_seed(seed), 0, len(labels), tf.int32
        )
        return unit_images(tf.gather(images, rows)), tf.gather(labels, rows)

    def _unpack(self, data: Any) -> tuple[Tensor, Tensor]:
        images, labels, _ = keras.utils.unpack_x_y_sample_weight(data)
        return unit_images(images), tf.cast(labels, tf.int64)
