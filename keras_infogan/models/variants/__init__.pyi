"""Models whose step or wiring differs from `InfoGAN`'s, one a file."""

from .bigan import BiGAN
from .conditional import ConditionalInfoGAN
from .conditional_gan import ConditionalGAN
from .contrastive import ContrastiveInfoGAN
from .separate import SeparateInfoGAN
from .vae_with_information import VAEWithInformation

__all__ = [
    "BiGAN",
    "ConditionalGAN",
    "ConditionalInfoGAN",
    "ContrastiveInfoGAN",
    "VAEWithInformation",
    "SeparateInfoGAN",
]
