"""InfoGAN on SVHN (Chen et al. 2016, appendix C.2)."""

from ml_collections import ConfigDict

from keras_infogan.configs import mnist


def get_config() -> ConfigDict:
    """The paper's networks: noise 124, four codes of ten categories, four continuous ones."""
    config = mnist.get_config()
    config.name = "svhn"
    config.architecture = "svhn"
    config.data.name = "svhn_cropped"
    config.latents.noise = 124
    config.latents.codes = {
        **{
            f"category_{k}": {"kind": "categorical", "size": 10, "weight": 1.0} for k in range(1, 5)
        },
        "style": {"kind": "uniform", "size": 4, "weight": 0.1},
    }
    config.networks.instance_noise = 0.2
    return config
