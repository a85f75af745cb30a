"""The architectures of the papers, by name: generator, shared trunk, and its two heads."""

from .architectures import ARCHITECTURES, Recipe, build
from .blocks import INITIAL_STDDEV, NetworkDict, Networks, Shape
from .discriminator import NORMALIZATIONS, NetworkOptions

__all__ = [
    "ARCHITECTURES",
    "INITIAL_STDDEV",
    "NORMALIZATIONS",
    "NetworkDict",
    "NetworkOptions",
    "Networks",
    "Recipe",
    "Shape",
    "build",
]
