"""What the discriminator's side says of a batch of images."""

from __future__ import annotations

from typing import Any, NamedTuple

Tensor = Any


class DiscriminatorOutput(NamedTuple):
    """What the discriminator's side says of a batch of images.

    Attributes:
        features: the trunk's output [B, F].
        logits: of being real, float32 [B, 1]; a critic's scores under objectives that have one.
        parameters: of Q(c|x), float32 [B, parameter_count].
    """

    features: Tensor
    logits: Tensor
    parameters: Tensor
