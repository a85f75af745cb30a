"""CycleGAN: gray shapes to colored ones without pairs, and a code for the color."""

from ml_collections import ConfigDict

from keras_infogan.configs import mnist


def get_config() -> ConfigDict:
    """Six colors, which the gray picture does not tell (Zhu et al. 2017)."""
    config = mnist.get_config()
    config.name = "gray_to_color"
    config.model = ConfigDict({"kind": "cycle_gan", "cycle_weight": 20.0})
    config.architecture = "dcgan"
    config.networks.discriminator_normalization = "layer"
    config.networks.width_multiplier = 0.25
    config.networks.instance_noise = 0.25
    config.data.name = "gray_and_colored"
    config.batch_size = 32
    config.steps = 1200
    config.latents.noise = 4
    config.latents.codes = {"hue": {"kind": "categorical", "size": 6, "weight": 1.0}}
    config.latents.given = {"source": {"kind": "image", "shape": (32, 32, 1)}}
    config.generator_learning_rate = 5e-4
    # Real images tell Q the colors first; from Q's codes the back cycle then tells G.
    config.consistency.weight = 1.0
    config.consistency.classifiers = 4
    config.consistency.ensemble_steps = 400
    config.consistency.lasting = True
    config.consistency.shift = 0.2
    config.consistency.flip = True
    return config
