"""Models whose step or wiring differs from `InfoGAN`'s, one a file."""

from keras_infogan.models.variants.bigan import BiGAN
from keras_infogan.models.variants.conditional import ConditionalInfoGAN
from keras_infogan.models.variants.contrastive import ContrastiveInfoGAN
from keras_infogan.models.variants.separate import SeparateInfoGAN
from keras_infogan.models.variants.vae_with_information import VAEWithInformation

__all__ = [
    "BiGAN",
    "ConditionalInfoGAN",
    "ContrastiveInfoGAN",
    "VAEWithInformation",
    "SeparateInfoGAN",
]
