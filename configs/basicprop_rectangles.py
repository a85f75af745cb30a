"""BasicProp rectangles: two bars, two categorical codes, which shall be the two heights.

Two codes alone number the hundred images in any order. What makes each code one bar's height is the
interaction penalty (see `keras_infogan.regularizers.InteractionPenalty`), and noise on what D and Q
see, which leaves no room for codes written in fine patterns.
"""

from ml_collections import ConfigDict

from keras_infogan.configs import mnist


def get_config() -> ConfigDict:
    """The MNIST networks at a quarter of their width, two codes of ten categories."""
    config = mnist.get_config()
    config.name = "basicprop_rectangles"
    config.data.name = "basic_prop_rectangles"
    config.steps = 3000
    config.networks.width_multiplier = 0.25
    config.networks.instance_noise = 0.3
    config.regularizers.interaction = 1.0
    config.latents.codes = {
        "first": {"kind": "categorical", "size": 10, "weight": 1.0},
        "second": {"kind": "categorical", "size": 10, "weight": 1.0},
    }
    return config
