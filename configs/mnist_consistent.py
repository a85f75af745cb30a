"""MNIST with codes that real images agree on: `mnist` plus code consistency.

Real images shape Q first: eight networks next to it separate the classes, and Q learns their vote
(see `keras_infogan.regularizers.CodeConsistency`). Then G learns to match Q, and only slowly do
generated images move Q.
"""

from ml_collections import ConfigDict

from keras_infogan.configs import mnist


def get_config() -> ConfigDict:
    """`mnist` with the consistency term on and the information term late."""
    config = mnist.get_config()
    config.name = "mnist_consistent"
    config.steps = 2000
    config.discriminator_average = 0.99
    config.consistency.weight = 1.0
    config.consistency.classifiers = 8
    config.consistency.ensemble_steps = 500
    config.information.start = 600
    config.information.generator_ramp = 200
    config.information.discriminator_ramp = 1500
    return config
