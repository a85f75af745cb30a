"""Sprites whose place and size are numbers of a code, without labels.

The numbers follow known changes of real images, see
`keras_infogan.regularizers.CodeEquivariance`. The shape and the angle are left to the noise.
"""

from ml_collections import ConfigDict

from keras_infogan.configs import mnist


def get_config() -> ConfigDict:
    """DCGAN's networks at 64 x 64, three numbers, and noise on what D and Q see."""
    config = mnist.get_config()
    config.name = "sprites_equivariant"
    config.architecture = "dcgan"
    config.data.name = "sprites"
    config.batch_size = 64
    config.steps = 2000
    config.generator_learning_rate = 5e-4
    config.latents.noise = 16
    config.latents.codes = {"pose": {"kind": "uniform", "size": 3, "weight": 0.5}}
    config.equivariance.weight = 1.0
    config.equivariance.code = "pose"
    config.equivariance.changes = "x,y,size"  # to the right, down, larger
    config.information.start = 600
    config.information.generator_ramp = 200
    config.information.discriminator_ramp = 1000
    config.networks.instance_noise = 0.2
    config.generator_average = 0.99
    config.discriminator_average = 0.99
    config.regularizers.inference_reading = 1.0
    return config
