"""BasicProp line: a bar at one of ten places, learned without labels in a few minutes."""

from ml_collections import ConfigDict

from keras_infogan.configs import mnist


def get_config() -> ConfigDict:
    """The MNIST networks on the line with foreground noise, one code of ten categories."""
    config = mnist.get_config()
    config.name = "basicprop_line"
    config.data.name = "basic_prop_line"
    config.steps = 400
    config.steps_per_epoch = 50
    config.checkpoint_every_steps = 100
    config.latents.codes = {"place": {"kind": "categorical", "size": 10, "weight": 1.0}}
    return config
