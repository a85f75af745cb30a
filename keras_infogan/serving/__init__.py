"""Serving: an embedded server with TensorFlow Serving's APIs, and a client for either."""

from keras_infogan.serving.client import Client
from keras_infogan.serving.server import EmbeddedServer

__all__ = ["Client", "EmbeddedServer"]
