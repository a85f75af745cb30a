"""What Keras's layers lack."""

from keras_infogan.layers.clustering_ensemble import ClusteringEnsemble
from keras_infogan.layers.freezing import frozen_seeds, frozen_statistics, seed_states
from keras_infogan.layers.instance_noise import InstanceNoise
from keras_infogan.layers.minibatch_discrimination import MinibatchDiscrimination
from keras_infogan.layers.spectral_normalized import SpectralNormalized

__all__ = [
    "ClusteringEnsemble",
    "InstanceNoise",
    "MinibatchDiscrimination",
    "SpectralNormalized",
    "frozen_seeds",
    "frozen_statistics",
    "seed_states",
]
