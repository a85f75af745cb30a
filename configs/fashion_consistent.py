"""Fashion-MNIST with codes that real images agree on: `mnist_consistent` for clothes.

Clothes may be mirrored, and do not come at any angle. Their classes are harder to separate than
digits, so that Q would lose them once generated images move it: it learns the vote to the end.
"""

from ml_collections import ConfigDict

from keras_infogan.configs import mnist_consistent


def get_config() -> ConfigDict:
    """`mnist_consistent` with mirrored images and a lasting vote."""
    config = mnist_consistent.get_config()
    config.name = "fashion_consistent"
    config.data.name = "fashion_mnist"
    config.latents.codes = {
        "kind": {"kind": "categorical", "size": 10, "weight": 1.0},
        "style": {"kind": "uniform", "size": 2, "weight": 0.1},
    }
    config.consistency.rotation_degrees = 0.0
    config.consistency.flip = True
    config.consistency.lasting = True
    return config
