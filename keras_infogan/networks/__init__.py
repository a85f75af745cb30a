"""The architectures of the papers, by name: generator, shared trunk, and its two heads."""

from keras_infogan.networks.architectures import ARCHITECTURES, build
from keras_infogan.networks.blocks import INITIAL_STDDEV, Networks, Shape
from keras_infogan.networks.discriminator import NORMALIZATIONS, NetworkOptions

__all__ = [
    "ARCHITECTURES",
    "INITIAL_STDDEV",
    "NORMALIZATIONS",
    "NetworkOptions",
    "Networks",
    "Shape",
    "build",
]
