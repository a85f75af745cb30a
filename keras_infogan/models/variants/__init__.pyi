"""Models whose step or wiring differs from `InfoGAN`'s, one a file."""

from .bigan import BiGAN
from .c2_gan import C2GAN
from .conditional import ConditionalInfoGAN
from .conditional_gan import ConditionalGAN
from .contrastive import ContrastiveInfoGAN
from .cycle_gan import CycleGAN
from .lap_gan import LapGAN
from .separate import SeparateInfoGAN
from .stack_gan import StackGAN
from .story_gan import StoryGAN
from .vae_with_information import VAEWithInformation
from .video_gan import VideoGAN

__all__ = [
    "BiGAN",
    "C2GAN",
    "ConditionalGAN",
    "ConditionalInfoGAN",
    "ContrastiveInfoGAN",
    "CycleGAN",
    "LapGAN",
    "SeparateInfoGAN",
    "StackGAN",
    "StoryGAN",
    "VAEWithInformation",
    "VideoGAN",
]
