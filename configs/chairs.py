"""InfoGAN on a folder of chairs (Chen et al. 2016, appendix C.5), 64 x 64 in gray."""

from ml_collections import ConfigDict

from keras_infogan.configs import mnist


def get_config() -> ConfigDict:
    """The paper's networks: noise 128, three codes of twenty categories, one continuous."""
    config = mnist.get_config()
    config.name = "chairs"
    config.architecture = "chairs"
    config.data.name = "image_folder"  # --config.data.path names it: the paper's are rendered
    config.data.image_size = (64, 64)
    config.data.channels = 1
    config.latents.noise = 128
    config.latents.codes = {
        # The appendix and its table disagree: three categorical codes or four.
        **{
            f"category_{k}": {"kind": "categorical", "size": 20, "weight": 1.0} for k in range(1, 4)
        },
        "rotation": {"kind": "uniform", "size": 1, "weight": 1.0},
    }
    return config
