"""Serving: an embedded server with TensorFlow Serving's APIs, and a client for either."""

from keras_infogan.serving.batching_options import BatchingOptions
from keras_infogan.serving.client import AsyncClient, Client
from keras_infogan.serving.server import EmbeddedServer

__all__ = ["AsyncClient", "BatchingOptions", "Client", "EmbeddedServer"]
