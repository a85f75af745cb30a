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
    # Layer normalization takes away what tells a black, a gray and a white ground apart.
    config.networks.discriminator_normalization = "none"
    config.networks.width_multiplier = 0.25
    config.networks.instance_noise = 0.1
    config.data.name = "captioned_sprites"
    config.batch_size = 32
    config.steps = 4000
    config.latents.noise = 32
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
    config.discriminator_learning_rate = 5e-4
    # Q learns the ground from real images alone.
    config.information.start = 150
    config.information.generator_ramp = 200
    config.information.discriminator_share = 0.0
    config.consistency.weight = 1.0
    config.consistency.classifiers = 4
    config.consistency.ensemble_steps = 150
    config.consistency.lasting = True
    config.consistency.rotation_degrees = 0.0
    config.consistency.shift = 0.1
    config.consistency.zoom = 0.1
    config.consistency.fill_mode = "nearest"
    # Captions tell the colors. What is left of a small image without them is the ground.
    config.consistency.views = {
        "ground": {
            "size": (16, 16),
            "gray": True,
            "shift": 0.3,
            "zoom": 0.2,
            "flip": True,
            "fill_mode": "nearest",
        }
    }
    return config
