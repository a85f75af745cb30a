"""Models whose step or wiring differs from `InfoGAN`'s, one a file."""

from keras_infogan.variants.bigan import BiGAN
from keras_infogan.variants.conditional import ConditionalInfoGAN
from keras_infogan.variants.contrastive import ContrastiveInfoGAN
from keras_infogan.variants.infovae import InfoVAE
from keras_infogan.variants.separate import SeparateInfoGAN

__all__ = ["BiGAN", "ConditionalInfoGAN", "ContrastiveInfoGAN", "InfoVAE", "SeparateInfoGAN"]
