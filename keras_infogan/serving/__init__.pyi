"""Serving: an embedded server with TensorFlow Serving's APIs, and a client for either."""

from .client.async_client import AsyncClient
from .client.client import Client
from .repository.batching_options import BatchingOptions
from .server.embedded_server import EmbeddedServer

__all__ = ["AsyncClient", "BatchingOptions", "Client", "EmbeddedServer"]
