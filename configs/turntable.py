"""One object on a turntable: a code that is its angle.

`--config.data.path=DIR` holds images of the object from all sides, in any order. The code is an
angle, and the noise is small, so that turning is the only way in which images can differ.
"""

from ml_collections import ConfigDict

from keras_infogan.configs import image_arrays


def get_config() -> ConfigDict:
    """DCGAN's networks with a circular code, for a few dozen images."""
    config = image_arrays.get_config()
    config.name = "turntable"
    config.steps = 1000
    config.batch_size = 36
    config.latents.noise = 2
    del config.categories, config.second_categories, config.continuous  # sizes of other codes
    config.latents.codes = {"angle": {"kind": "circular", "size": 1, "weight": 1.0}}
    # With batch normalization Q gave opposite sides, which look alike, the same angle.
    config.networks.discriminator_normalization = "layer"
    config.regularizers.inference_reading = 0.0  # of no use with layer normalization
    # Without noise at first, the code of every other seed turned back on the way around.
    config.networks.instance_noise = 0.3
    config.networks.instance_noise_steps = config.get_ref("steps") * 4 // 5
    config.generator_average = 0.99
    return config
