"""MNIST with codes that are the digit, the slant and the width, in every run.

Real images give the codes their meaning: the vote of eight networks that of the category, as in
`mnist_consistent`, and known changes of images that of the two numbers
(see `keras_infogan.regularizers.CodeEquivariance`).
"""

from ml_collections import ConfigDict

from keras_infogan.configs import mnist_consistent


def get_config() -> ConfigDict:
    """`mnist_consistent` with equivariance, and a larger weight of the style."""
    config = mnist_consistent.get_config()
    config.name = "mnist_equivariant"
    config.latents.codes.style.weight = 0.5
    config.equivariance.weight = 1.0
    return config
