"""MNIST with numbers that are the slant, the width and the thickness, in every run.

Known changes of real images give the numbers their meaning (see
`keras_infogan.regularizers.CodeEquivariance`). G learns them late, and D and Q
see noise, so that G does not hide the codes in patterns.
"""

from ml_collections import ConfigDict

from keras_infogan.configs import mnist


def get_config() -> ConfigDict:
    """`mnist` with equivariance, the information term late, noise, and averaged networks."""
    config = mnist.get_config()
    config.name = "mnist_equivariant"
    config.steps = 2500
    config.latents.codes.style.size = 3
    config.latents.codes.style.weight = 0.2
    config.equivariance.weight = 1.0
    config.equivariance.changes = "slant,width,thickness"
    config.information.start = 600
    config.information.generator_ramp = 200
    config.information.discriminator_ramp = 1500
    config.networks.instance_noise = 0.2
    config.generator_average = 0.99
    config.discriminator_average = 0.99
    return config
