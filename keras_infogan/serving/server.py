"""The embedded server: models from disk, answered over gRPC and REST, in this process."""

import logging
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from keras_infogan.serving import model_config
from keras_infogan.serving.grpc_server import GrpcServer
from keras_infogan.serving.model_config import ModelConfig
from keras_infogan.serving.repository import ModelRepository
from keras_infogan.serving.rest_server import RestServer
from keras_infogan.serving.service import ModelService

LOOPBACK = "127.0.0.1"

_logger = logging.getLogger(__name__)


class EmbeddedServer:
    """A server that speaks TensorFlow Serving's gRPC and REST APIs for any TensorFlow SavedModel.

    It serves the highest version of each model, and follows versions that appear later.

    Args:
        models: a base path per model name, or `ModelConfig` protos.
        port: the gRPC port; 0 takes a free one, None offers no gRPC.
        rest_api_port: the REST port; 0 takes a free one, None offers no REST.
        host: the address to listen on; loopback unless said otherwise, because nothing here
            authenticates a caller.
        file_system_poll_wait_seconds: time between two looks at the disk, in seconds; 0 looks
            once, at the start.
        enable_model_warmup: whether a version replays its recorded requests before it serves.
        rest_api_timeout_in_ms: how long a REST request may take, in milliseconds.
        load_timeout: how long `start` waits for the first version of each model, in seconds.
        report: receives a sentence per event (versions loaded, failed, retired).

    Raises:
        ValueError: for a model without a name, or a base path that is itself a SavedModel.
        OSError: when a base path is not there.

    Example::

        with EmbeddedServer(models={"digits": "/models/digits"}) as server:
            with Client(f"127.0.0.1:{server.port}", "digits") as client:
                images = client.generate({"digit": 3}, seed=0)   # [1, 28, 28, 1]
    """

    def __init__(
        self,
        models: Mapping[str, str | Path] | Iterable[ModelConfig],
        port: int | None = 0,
        rest_api_port: int | None = 0,
        *,
        host: str = LOOPBACK,
        file_system_poll_wait_seconds: float = 1.0,
        enable_model_warmup: bool = True,
        rest_api_timeout_in_ms: int = 30_000,
        load_timeout: float = 60.0,
        report: Callable[[str], None] = _logger.info,
    ) -> None:
        if port is None and rest_api_port is None:
            raise ValueError("A server should have a gRPC port or a REST port. Received: neither")
        if port and port == rest_api_port:
            raise ValueError(f"The gRPC and REST ports should differ. Received: {port} twice")
        if isinstance(models, Mapping):
            models = model_config.from_base_paths(models)
        self.repository = ModelRepository(
            models, file_system_poll_wait_seconds, enable_model_warmup, report
        )
        self.host = host
        self._requested_ports = (port, rest_api_port)
        self._rest_api_timeout_in_ms = rest_api_timeout_in_ms
        self._load_timeout = load_timeout
        self._grpc_server: GrpcServer | None = None
        self._rest_server: RestServer | None = None

    @property
    def port(self) -> int:
        """The gRPC port, known once the server has started."""
        return _started(self._grpc_server, "gRPC").port

    @property
    def rest_api_port(self) -> int:
        """The REST port, known once the server has started."""
        return _started(self._rest_server, "REST").port

    def start(self) -> None:
        """Takes the ports, loads a version of each model, then answers requests.

        Raises:
            OSError: when a port is in use.
            RuntimeError: when a model has no version that loads.
        """
        port, rest_api_port = self._requested_ports
        service = ModelService(self.repository)
        try:
            if port is not None:
                self._grpc_server = GrpcServer(service, self.host, port)
            if rest_api_port is not None:
                self._rest_server = RestServer(
                    service, self.host, rest_api_port, self._rest_api_timeout_in_ms
                )
            self.repository.start(self._load_timeout)
            for server in self._servers():
                server.start()
        except BaseException:
            self.stop(grace=0.0)
            raise

    def stop(self, grace: float = 10.0) -> None:
        """Takes no more requests, finishes those in flight, and unloads the models.

        Args:
            grace: how long requests in flight may take, in seconds.
        """
        for server in self._servers():
            server.stop(grace)
        self._grpc_server = self._rest_server = None
        self.repository.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def _servers(self) -> list[GrpcServer | RestServer]:
        return [server for server in (self._grpc_server, self._rest_server) if server is not None]


def _started(server: GrpcServer | RestServer | None, api: str) -> GrpcServer | RestServer:
    if server is None:
        raise RuntimeError(f"The server has not been started, or offers no {api}")
    return server
