"""A video GAN of two streams: a sprite that moves over a still background."""

from ml_collections import ConfigDict

from keras_infogan.configs import mnist


def get_config() -> ConfigDict:
    """Codes for the direction and for the shape (Vondrick et al. 2016)."""
    config = mnist.get_config()
    config.name = "moving_sprites"
    config.model = ConfigDict({"kind": "video_gan", "mask_weight": 0.1})
    config.architecture = "two_stream_video"
    config.networks.instance_noise = 0.1
    config.data.name = "moving_sprites"
    config.batch_size = 32
    config.steps = 2000
    config.latents.noise = 32
    config.latents.codes = {
        "motion": {"kind": "categorical", "size": 4, "weight": 1.0},
        "form": {"kind": "categorical", "size": 3, "weight": 1.0},
    }
    return config
