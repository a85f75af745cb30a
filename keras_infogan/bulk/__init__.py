"""Much data: images of codes and codes of images, in shards, on one machine or many."""

from keras_infogan.bulk.engines import Engine
from keras_infogan.bulk.generate import generate
from keras_infogan.bulk.model import find_model

__all__ = ["Engine", "find_model", "generate"]
