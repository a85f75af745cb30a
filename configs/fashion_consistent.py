"""Fashion-MNIST with codes that real images agree on: `mnist_consistent` for clothes.

The classes of clothes are harder to separate than digits. So the networks see stronger changes, and
Q learns their vote to the end: otherwise it would lose the classes when generated images move it.
"""

from ml_collections import ConfigDict

from keras_infogan.configs import mnist_consistent


def get_config() -> ConfigDict:
    """`mnist_consistent` with strong changes of the images, and a lasting vote."""
    config = mnist_consistent.get_config()
    config.name = "fashion_consistent"
    config.data.name = "fashion_mnist"
    config.latents.codes = {
        "kind": {"kind": "categorical", "size": 10, "weight": 1.0},
        "style": {"kind": "uniform", "size": 2, "weight": 0.1},
    }
    config.consistency.shift = 0.2
    config.consistency.zoom = 0.35
    config.consistency.stretch = True
    config.consistency.flip = True
    config.consistency.color_jitter = 0.5
    config.consistency.contrast = 0.9
    config.consistency.classifiers = 16
    config.consistency.voters = 5
    config.consistency.lasting = True
    return config
