"""Info-WGAN-GP on MNIST: the Wasserstein objective with a gradient penalty."""

from ml_collections import ConfigDict

from keras_infogan.configs import mnist


def get_config() -> ConfigDict:
    """Gulrajani et al. 2017's penalty and moments, and a layer-normalised critic.

    Both rates are five times the paper's, so that digits stand after a thousand updates.
    """
    config = mnist.get_config()
    config.name = "mnist_info_wgan_gp"
    config.objective = "wasserstein"
    config.discriminator_steps = 5
    config.regularizers.gradient_penalty = 10.0
    config.networks.discriminator_normalization = "layer"
    config.generator_learning_rate = config.discriminator_learning_rate = 5e-4
    config.adam_beta_1 = 0.0
    config.adam_beta_2 = 0.9
    return config
