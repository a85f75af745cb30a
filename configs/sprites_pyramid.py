"""LapGAN: colored shapes from 8 x 8 pixels to 32 x 32, a generator for each size."""

from ml_collections import ConfigDict

from keras_infogan.configs import mnist


def get_config() -> ConfigDict:
    """A code for the color, which steers every size (Denton et al. 2015)."""
    config = mnist.get_config()
    config.name = "sprites_pyramid"
    config.model.kind = "lap_gan"
    config.architecture = "dcgan"
    config.networks.discriminator_normalization = "layer"
    config.networks.instance_noise = 0.1
    config.data.name = "gray_and_colored"
    config.batch_size = 64
    config.steps = 3000
    config.latents.noise = 62
    config.latents.codes = {"hue": {"kind": "categorical", "size": 6, "weight": 1.0}}
    return config
