"""What Keras's layers lack."""

from .clustering_ensemble import ClusteringEnsemble
from .freezing import frozen_seeds, frozen_statistics, seed_states
from .instance_noise import InstanceNoise
from .minibatch_discrimination import MinibatchDiscrimination
from .spectral_normalized import SpectralNormalized

__all__ = [
    "ClusteringEnsemble",
    "InstanceNoise",
    "MinibatchDiscrimination",
    "SpectralNormalized",
    "frozen_seeds",
    "frozen_statistics",
    "seed_states",
]
