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
    config.networks.width_multiplier = 0.5
    config.networks.instance_noise = 0.2
    config.data.name = "gray_and_colored"
    config.batch_size = 32
    config.steps = 1500
    config.latents.noise = 62
    config.latents.codes = {"hue": {"kind": "categorical", "size": 6, "weight": 0.2}}
    config.generator_learning_rate = 5e-4
    config.generator_average = 0.99
    config.discriminator_learning_rate = 5e-4
    # Q learns from real images alone. With generated ones too, the code became a place.
    config.information.start = 300
    config.information.generator_ramp = 300
    config.information.discriminator_ramp = 1_000_000
    config.consistency.weight = 1.0
    config.consistency.classifiers = 4
    config.consistency.ensemble_steps = 150
    config.consistency.lasting = True
    config.consistency.shift = 0.2
    config.consistency.flip = True
    return config
