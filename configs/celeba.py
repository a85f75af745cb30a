"""InfoGAN on CelebA (Chen et al. 2016, appendix C.3): the middle of each image at 32 x 32.

With the paper's settings alone all images became equal here (docs/results/celeba.md). With noise on
what D and Q see they do not.
"""

from ml_collections import ConfigDict

from keras_infogan.configs import mnist


def get_config() -> ConfigDict:
    """The paper's networks: noise 128 and ten codes of ten categories."""
    config = mnist.get_config()
    config.name = "celeba"
    config.architecture = "celeba"
    config.data.name = "celeb_a"
    config.data.image_size = (32, 32)
    config.latents.noise = 128
    config.latents.codes = {
        f"category_{k}": {"kind": "categorical", "size": 10, "weight": 1.0} for k in range(1, 11)
    }
    config.networks.instance_noise = 0.2
    return config
