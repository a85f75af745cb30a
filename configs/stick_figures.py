"""C2GAN: a stick figure in another pose, and a code for its clothes."""

from ml_collections import ConfigDict

from keras_infogan.configs import gray_to_color


def get_config() -> ConfigDict:
    """Four colors of clothes, which the other picture does not tell (Tang et al. 2019)."""
    config = gray_to_color.get_config()
    config.name = "stick_figures"
    config.model = ConfigDict(
        {
            "kind": "c2_gan",
            "pixel_weight": 10.0,
            "image_cycle_weight": 10.0,
            "keypoint_weight": 10.0,
        }
    )
    config.data.name = "stick_figures"
    config.steps = 800
    config.latents.codes = {"clothes": {"kind": "categorical", "size": 4, "weight": 1.0}}
    # The picture of the other pose, and heat maps of six keypoints of each pose.
    config.latents.given = {"source": {"kind": "image", "shape": (32, 32, 15), "examples": 16}}
    return config
