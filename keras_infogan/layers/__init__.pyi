"""What Keras's layers lack."""

from .clustering_ensemble import ClusteringEnsemble
from .frames import AllFrames, FrameView
from .freezing import frozen_seeds, frozen_statistics, seed_states
from .image_part import ImagePart
from .instance_noise import InstanceNoise
from .minibatch_discrimination import MinibatchDiscrimination
from .residual_block import ResidualBlock
from .spectral_normalized import SpectralNormalized
from .unit_range import UnitRange

__all__ = [
    "AllFrames",
    "ClusteringEnsemble",
    "FrameView",
    "ImagePart",
    "InstanceNoise",
    "MinibatchDiscrimination",
    "ResidualBlock",
    "SpectralNormalized",
    "UnitRange",
    "frozen_seeds",
    "frozen_statistics",
    "seed_states",
]
