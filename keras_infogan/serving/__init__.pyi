"""Serving: an embedded server with TensorFlow Serving's APIs, and a client for either."""

from .client.client import AsyncClient, Client
from .repository.batching_options import BatchingOptions
from .server.embedded_server import EmbeddedServer

__all__ = ["AsyncClient", "BatchingOptions", "Client", "EmbeddedServer"]
