"""Info-WGAN on MNIST: the Wasserstein objective with clipped weights, and the information."""

from ml_collections import ConfigDict

from keras_infogan.configs import mnist


def get_config() -> ConfigDict:
    """Arjovsky et al. 2017's critic: five updates to one of G, weights in [-0.01, 0.01].

    Both rates are ten times the paper's, so that digits stand after a thousand updates.
    """
    config = mnist.get_config()
    config.name = "mnist_info_wgan"
    config.objective = "wasserstein"
    config.discriminator_steps = 5
    config.regularizers.weight_clipping = 0.01
    # Batch normalisation's scales would be clipped to 0.01 as well.
    config.networks.discriminator_normalization = "none"
    config.generator_learning_rate = config.discriminator_learning_rate = 5e-4
    return config
