"""Sprites of people: codes for the hair, the shirt and the direction.

For the `lpc_sprites` arrays, or other sprites of the same layout: `--config.data.path=DIR`. Each
code has networks that see a part of the image: `consistency.views`.
"""

from ml_collections import ConfigDict

from keras_infogan.configs import image_arrays


def get_config() -> ConfigDict:
    """DCGAN's networks at 64x64, with a view of the real images for each code."""
    config = image_arrays.get_config()
    config.name = "lpc_sprites"
    config.steps = 2000
    del config.categories, config.second_categories, config.continuous  # sizes of other codes
    config.latents.codes = {
        "hair": {"kind": "categorical", "size": 10, "weight": 1.0},
        "top": {"kind": "categorical", "size": 7, "weight": 1.0},
        "direction": {"kind": "categorical", "size": 4, "weight": 1.0},
        "style": {"kind": "uniform", "size": 2, "weight": 0.1},
    }
    config.networks.instance_noise = 0.0
    config.networks.instance_noise_steps = 0
    config.generator_average = 0.99
    config.information.start = 500
    config.information.generator_ramp = 200
    config.information.discriminator_ramp = 1000
    config.consistency.weight = 3.0
    config.consistency.balance = 1.0
    config.consistency.classifiers = 16
    config.consistency.ensemble_steps = 400
    config.consistency.lasting = True
    config.consistency.shift = 0.05
    config.consistency.zoom = 0.05
    config.consistency.views = {
        "hair": {
            "rows": (6, 26),
            "columns": (14, 50),
            "size": (10, 18),
            "flip": True,
            "shift": 0.1,
            "zoom": 0.1,
            "fill_mode": "nearest",
        },
        "top": {
            "rows": (31, 49),
            "columns": (24, 40),
            "flip": True,
            "shift": 0.15,
            "zoom": 0.1,
            "fill_mode": "reflect",
        },
        "direction": {
            "rows": (14, 60),
            "columns": (24, 40),  # without arms: else the networks find gestures
            "gray": True,
            "size": (23, 16),
            "color_jitter": 0.4,
            "invert": 0.25,
            "shift": 0.05,
            "zoom": 0.1,
            "fill_mode": "nearest",
        },
    }
    return config
