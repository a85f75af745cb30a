"""The output of the discriminator's side for a batch of images."""

from __future__ import annotations

from typing import NamedTuple

from keras_infogan.runtime.types import Tensor


class DiscriminatorOutput(NamedTuple):
    """The output of the discriminator's side for a batch of images.

    Attributes:
        features: the trunk's output [B, F].
        logits: of an image being real, float32 [B, 1]; with a Wasserstein objective, scores.
        parameters: of Q(c|x), float32 [B, parameter_count].
    """

    features: Tensor
    logits: Tensor
    parameters: Tensor
