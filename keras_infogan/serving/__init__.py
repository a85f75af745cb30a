"""Serving: an embedded server with TensorFlow Serving's APIs, and a client for either."""

from keras_infogan.serving.client.client import AsyncClient, Client
from keras_infogan.serving.repository.batching_options import BatchingOptions
from keras_infogan.serving.server.embedded_server import EmbeddedServer

__all__ = ["AsyncClient", "BatchingOptions", "Client", "EmbeddedServer"]
