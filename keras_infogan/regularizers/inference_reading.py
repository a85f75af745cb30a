"""Inference reading: Q's head learns to read generated images in inference mode too."""

from __future__ import annotations

import keras
import tensorflow as tf

from keras_infogan.regularizers.base import DiscriminatorPenalty, RegularizedParts
from keras_infogan.regularizers.context import PenaltyContext
from keras_infogan.runtime.types import Tensor


@keras.saving.register_keras_serializable("keras_infogan")
class InferenceReading(DiscriminatorPenalty):
    """Teaches Q's head to read generated images in inference mode as well as in training mode.

    -w sum over codes of lambda_code L_I(code), with the features stop(f(x)) of the trunk f and with
    Q's head, both in inference mode

    In training, batch normalization reads generated images by the statistics of their own batch. In
    inference it reads all images by averages of real ones. So Q may read a code well in training
    and not at all in inference. This term lets Q's head learn both readings. The trunk does not
    change for it: all ways in which the trunk learns this reading spoil the images (see
    docs/decisions/0033-inference-reading.md). Use it with batch normalization. With other
    normalization both readings are almost equal, and the term only costs time.

    The term follows the schedule of the information term on the discriminator's side. It costs a
    forward pass of the trunk.

    Args:
        weight: w > 0, relative to the information term.

    Raises:
        ValueError: a weight that is not positive, a model without codes, or one in which another
            loss trains Q.

    Examples:
        >>> model = InfoGAN.from_architecture("dcgan", latents, regularizers=[InferenceReading()])
    """

    name = "inference_reading"

    def __init__(self, weight: float = 1.0):
        super().__init__(weight)
        self._parts: RegularizedParts | None = None

    def check(self, parts: RegularizedParts) -> None:
        if not parts.latents.codes:
            raise ValueError("InferenceReading needs codes that Q reads. Received: none")
        parts.check_trains_recognition("InferenceReading")

    def build(self, parts: RegularizedParts) -> None:
        if self._parts is not None:
            raise ValueError(
                "An InferenceReading should belong to one model: make a new one for each model. "
                "Received: one that belongs to another model"
            )
        self._parts = parts

    def __call__(self, context: PenaltyContext) -> Tensor:
        """The penalty, a float32 scalar."""
        assert self._parts is not None
        information = self._parts.information
        features = tf.stop_gradient(self._parts.trunk(context.fake_images, training=False))
        bounds = information.bounds(context.drawn, information(features, training=False))
        weight = self.weight * information.discriminator_weight(context.step)
        return weight * information.weighted(bounds)
