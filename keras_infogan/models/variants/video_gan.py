"""Video GAN with codes: a moving foreground before a still background."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import keras
import tensorflow as tf

from keras_infogan.losses import Losses
from keras_infogan.models.infogan import InfoGAN
from keras_infogan.networks.video import composed
from keras_infogan.regularizers.context import PenaltyContext
from keras_infogan.runtime.types import Tensor

MASK_LOG = "mask"
STREAMS = "streams"


@keras.saving.register_keras_serializable("keras_infogan")
class VideoGAN(InfoGAN):
    """The two-stream video GAN (Vondrick et al. 2016, arXiv:1609.02612, section 2).

    G(z, c) = m(z, c) f(z, c) + (1 - m(z, c)) b(z, c), V + w E[|m|]

    f is a foreground that moves, b a still background, and m in [0, 1] a mask. G also minimizes the
    mean of the mask, so that what is still comes from b. Q reads the whole video. The paper has no
    codes.

    Args:
        generator: Keras model latents -> videos [B, T, H, W, C], with a layer `streams` that makes
            f, m and b; the architecture "two_stream_video" has one.
        mask_weight: w, float >= 0. The paper has 0.1. With 0.3 the background was stiller
            (docs/results/slides.md, one seed).
        others: as for `InfoGAN`.

    Raises:
        ValueError: a generator without that layer, or a negative weight.

    Examples:
        >>> latents = LatentSpec(noise=16, codes={"direction": Categorical(4)})
        >>> model = VideoGAN.from_architecture(
        ...     "two_stream_video", latents, networks={"width_multiplier": 0.05}
        ... )
        >>> model.sample(2, codes={"direction": 3}).shape
        (2, 16, 32, 32, 1)
    """

    term_weights = MappingProxyType({"mask_weight": 0.3})

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if STREAMS not in [layer.name for layer in self.generator.layers]:
            raise ValueError(
                "The generator should have a layer `streams`, as that of the architecture "
                f"'two_stream_video' has. Received: {[each.name for each in self.generator.layers]}"
            )

    def generated(self, encoded: Tensor, training: bool) -> tuple[Tensor, Any]:
        """Videos, and their masks."""
        foreground, mask, background = self.generator.get_layer(STREAMS)(encoded, training=training)
        return composed(foreground, mask, background), mask

    def adversarial_losses(self, context: PenaltyContext) -> Losses:
        mask = tf.reduce_mean(context.inner)
        penalty = Losses(0.0, self.mask_weight * mask, {MASK_LOG: mask})
        return super().adversarial_losses(context) + penalty

    @property
    def log_names(self) -> list[str]:
        return [*super().log_names, MASK_LOG]
