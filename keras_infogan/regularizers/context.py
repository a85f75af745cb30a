"""The context that a step passes to a penalty."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from keras_infogan.latents.spec import LatentSpec
from keras_infogan.networks.outputs import DiscriminatorOutput
from keras_infogan.runtime.types import Tensor


def _no_generator(encoded: Tensor) -> Tensor:
    raise NotImplementedError("This context has no generator.")


class PenaltyContext(NamedTuple):
    """Both batches of a step, and the networks' outputs for them.

    Attributes:
        images: real images, float32 [B, H, W, C] in [0, 1].
        fake_images: generated images, the same.
        real, fake: the discriminator's output for each.
        discriminate: images -> `DiscriminatorOutput`, in the step's mode; no average changes.
        latents: the `LatentSpec` that the output's parameters belong to.
        seed: int32 [2], a stateless seed of this step.
        training: the step's mode.
        generate: the generator's input -> images, in the step's mode; no average changes.
        step: training steps before this one, an integer scalar.
        drawn: the latents that the generated images were made from, B rows.
        inner: what a variant keeps of the generator's layers, see `InfoGAN.generated`.
        further_real: what further discriminators say of the real images, see
            `InfoGAN.further_reals`.
    """

    images: Tensor
    fake_images: Tensor
    real: DiscriminatorOutput
    fake: DiscriminatorOutput
    discriminate: Callable[[Tensor], DiscriminatorOutput]
    latents: LatentSpec
    seed: Tensor
    training: bool = True
    generate: Callable[[Tensor], Tensor] = _no_generator
    step: Tensor | int = 0
    drawn: Mapping[str, Tensor] = MappingProxyType({})
    inner: Any = None
    further_real: Any = None
