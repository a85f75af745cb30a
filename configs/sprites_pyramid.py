"""LapGAN: colored shapes from 8 x 8 pixels to 32 x 32, a generator for each size."""

from ml_collections import ConfigDict

from keras_infogan.configs import gray_to_color


def get_config() -> ConfigDict:
    """A code for the color, which steers every size (Denton et al. 2015)."""
    config = gray_to_color.get_config()
    config.name = "sprites_pyramid"
    config.model = ConfigDict({"kind": "lap_gan"})
    config.networks.width_multiplier = 0.5
    config.networks.instance_noise = 0.2
    config.steps = 3500
    config.latents.noise = 62
    config.latents.given = {}
    config.generator_average = 0.99
    # Q learns from real images alone. With generated ones too, the code became a place.
    config.information.start = 300
    config.information.generator_ramp = 300
    config.information.discriminator_share = 0.0
    return config
