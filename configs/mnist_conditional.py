"""InfoGAN on MNIST with its labels given: the style codes find the rest."""

from ml_collections import ConfigDict

from keras_infogan.configs import mnist


def get_config() -> ConfigDict:
    """`mnist` whose code `digit` is the label (Odena et al. 2017's auxiliary classifier)."""
    config = mnist.get_config()
    config.name = "mnist_conditional"
    config.model.kind = "conditional"
    config.model.label = "digit"
    config.model.label_weight = 1.0
    return config
