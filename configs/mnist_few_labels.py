"""MNIST with a few labels: ten of each digit name the values of the code (ss-InfoGAN).

See `keras_infogan.models.variants.ConditionalInfoGAN`. Consistency separates the digits by all
images; the labels name them.
"""

from ml_collections import ConfigDict

from keras_infogan.configs import mnist_consistent


def get_config() -> ConfigDict:
    """`mnist_consistent` with labels in place of the vote of networks."""
    config = mnist_consistent.get_config()
    config.name = "mnist_few_labels"
    config.model.kind = "conditional"
    config.model.label = "digit"
    config.model.label_weight = 1.0
    config.data.labels_per_class = 10
    config.consistency.classifiers = 0
    config.consistency.ensemble_steps = 0
    return config
