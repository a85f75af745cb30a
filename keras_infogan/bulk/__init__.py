"""Bulk generation and encoding: images from codes and codes from images, in shards."""

import lazy_loader

from keras_infogan.runtime import extras

extras.require("bulk")

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
