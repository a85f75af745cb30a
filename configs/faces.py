"""InfoGAN on a folder of faces (Chen et al. 2016, appendix C.4), 32 x 32 in gray."""

from ml_collections import ConfigDict

from keras_infogan.configs import mnist


def get_config() -> ConfigDict:
    """The paper's networks and the rates of its azimuth: noise 128, five continuous codes."""
    config = mnist.get_config()
    config.name = "faces"
    config.architecture = "faces"
    config.data.name = "image_folder"  # --config.data.path names it: the paper's are rendered
    config.data.image_size = (32, 32)
    config.data.channels = 1
    config.latents.noise = 128
    config.latents.codes = {"style": {"kind": "uniform", "size": 5, "weight": 0.2}}
    config.generator_learning_rate = 5e-4
    config.discriminator_learning_rate = 2e-4
    config.networks.instance_noise = 0.2
    return config
