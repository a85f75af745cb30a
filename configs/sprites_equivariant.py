"""Sprites with codes of their own: a category that is the shape, and numbers for place and size.

No label is used. A category is what no turn, no place and no size changes. The numbers follow known
changes of real images, see `keras_infogan.regularizers.CodeEquivariance`.
"""

from ml_collections import ConfigDict

from keras_infogan.configs import mnist


def get_config() -> ConfigDict:
    """DCGAN's networks at 64 x 64, with consistency and equivariance."""
    config = mnist.get_config()
    config.name = "sprites_equivariant"
    config.architecture = "dcgan"
    config.data.name = "sprites"
    config.batch_size = 64
    config.steps = 2000
    config.generator_learning_rate = 5e-4
    config.latents.noise = 8
    config.latents.codes = {
        "shape": {"kind": "categorical", "size": 3, "weight": 1.0},
        "pose": {"kind": "uniform", "size": 3, "weight": 0.5},  # to the right, down, size
    }
    config.consistency.weight = 3.0
    config.consistency.classifiers = 8
    config.consistency.views = {"shape": {"size": (32, 32)}}  # enough to tell shapes apart
    config.consistency.ensemble_steps = 600
    config.consistency.lasting = True
    config.consistency.rotation_degrees = 180.0
    config.consistency.shift = 0.15
    config.consistency.zoom = 0.3
    config.equivariance.weight = 1.0
    config.equivariance.code = "pose"
    config.equivariance.changes = "x,y,size"
    config.information.start = 600
    config.information.generator_ramp = 200
    config.information.discriminator_ramp = 1500
    config.networks.instance_noise = 0.2
    config.generator_average = 0.99
    config.discriminator_average = 0.99
    config.regularizers.inference_reading = 1.0
    return config
