"""A variational autoencoder with the information term on MNIST."""

from ml_collections import ConfigDict

from keras_infogan.configs import mnist


def get_config() -> ConfigDict:
    """L_VAE - lambda L_I with ten categories and sixteen Gaussian numbers; no discriminator."""
    config = mnist.get_config()
    config.name = "mnist_vae"
    config.model = {"kind": "vae", "temperature": 0.5}
    config.objective = "none"
    config.latents.noise = 0
    config.latents.codes = {
        "digit": {"kind": "categorical", "size": 10, "weight": 1.0},
        "style": {"kind": "gaussian", "size": 16, "weight": 0.0},
    }
    config.generator_learning_rate = config.discriminator_learning_rate = 1e-3
    config.adam_beta_1 = 0.9
    return config
