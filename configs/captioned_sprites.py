"""StackGAN: sprites from captions in two stages, and a code for the background."""

from ml_collections import ConfigDict

from keras_infogan.configs import mnist
from keras_infogan.datasets import grammar


def get_config() -> ConfigDict:
    """Three backgrounds, which no caption tells (Zhang et al. 2017)."""
    config = mnist.get_config()
    config.name = "captioned_sprites"
    config.model = ConfigDict({"kind": "stack_gan", "matching_aware": True})
    config.architecture = "dcgan"
    config.networks.discriminator_normalization = "layer"
    config.networks.width_multiplier = 0.25
    config.networks.instance_noise = 0.1
    config.data.name = "captioned_sprites"
    config.batch_size = 32
    config.steps = 4000
    config.latents.noise = 16
    config.latents.codes = {"ground": {"kind": "categorical", "size": 3, "weight": 1.0}}
    config.latents.given = {
        "caption": {
            "kind": "text",
            "words": grammar.CAPTION_WORDS,
            "length": grammar.CAPTION_LENGTH,
            "examples": grammar.captions(),
        }
    }
    config.generator_learning_rate = 5e-4
    return config
