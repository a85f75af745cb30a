"""The embedded server: models from disk, answered over gRPC and REST, in this process."""

import logging
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from keras_infogan.serving.repository import model_config
from keras_infogan.serving.repository.batch_scheduler import BatchScheduler
from keras_infogan.serving.repository.loading import LoadingOptions
from keras_infogan.serving.repository.model_config import ModelConfig
from keras_infogan.serving.repository.model_repository import ModelRepository
from keras_infogan.serving.server.grpc_server import GrpcServer
from keras_infogan.serving.server.options import ServerOptions
from keras_infogan.serving.server.request_metrics import RequestMetrics
from keras_infogan.serving.server.rest_server import RestServer
from keras_infogan.serving.server.service import ModelService

_logger = logging.getLogger(__name__)


class EmbeddedServer:
    """A server that speaks TensorFlow Serving's gRPC and REST APIs for any TensorFlow SavedModel.

    It serves the highest version of each model, and follows versions that appear later.

    Args:
        models: a base path per model name, or `ModelConfig` protos.
        port: the gRPC port; 0 takes a free one, None offers no gRPC.
        rest_api_port: the REST port; 0 takes a free one, None offers no REST.
        report: receives a sentence per event (versions loaded, failed, retired).
        **options: of `ServerOptions`.

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
        report: Callable[[str], None] = _logger.info,
        **options: Any,
    ) -> None:
        if port is None and rest_api_port is None:
            raise ValueError("A server should have a gRPC port or a REST port. Received: neither")
        if port and port == rest_api_port:
            raise ValueError(f"The gRPC and REST ports should differ. Received: {port} twice")
        if isinstance(models, Mapping):
            models = model_config.from_base_paths(models)
        self.options = ServerOptions(**options)
        self._report = report
        self._configs = list(models)
        self._requested_ports = (port, rest_api_port)
        self._metrics = RequestMetrics(lambda name: self.repository.serves(name))
        self._scheduler: BatchScheduler | None = None
        self.repository = self._make_repository()
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
        options = self.options
        service = ModelService(
            self.repository,
            options.enable_signature_method_name_check,
            options.max_unpacked_bytes,
            options.max_repeated_bytes,
        )
        try:
            if port is not None:
                self._grpc_server = GrpcServer(service, self._metrics, port, options)
            if rest_api_port is not None:
                self._rest_server = RestServer(service, self._metrics, rest_api_port, options)
            self._warn_of_strangers()
            if self._scheduler is not None:
                self._scheduler.start()
            self.repository.start(options.load_timeout)
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
        servers = self._servers()
        for server in servers:
            server.begin_stop(grace)  # neither takes a request while the other finishes
        for server in servers:
            server.stop(grace)
        self._grpc_server = self._rest_server = None
        self.repository.stop()
        if self._scheduler is not None:
            self._scheduler.stop()

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

    def _warn_of_strangers(self) -> None:
        """Tells what callers on other machines can do, or read."""
        options = self.options
        if not options.listens_beyond_loopback:
            return
        if not options.auth_token:
            self._report(
                f"warning: listening on {options.host} without --auth_token_file: everybody who "
                "reaches this machine may use the models"
            )
            return
        is_plain = {"REST": self._rest_server is not None}
        is_plain["gRPC"] = self._grpc_server is not None and options.ssl_config is None
        if apis := [name for name, plain in is_plain.items() if plain]:
            self._report(
                f"warning: listening on {options.host} without encryption of {' and '.join(apis)}: "
                "the token can be read on the network; put a proxy with TLS in front of REST, and "
                "give gRPC an --ssl_config_file"
            )

    def _make_repository(self) -> ModelRepository:
        options = self.options
        if options.batching is not None:
            self._scheduler = BatchScheduler(options.batching, self._metrics.record_batch)
        loading = LoadingOptions(
            options.enable_model_warmup,
            options.max_num_load_retries,
            options.load_retry_interval_micros,
            options.saved_model_tags,
            self._scheduler,
        )
        return ModelRepository(
            self._configs,
            options.file_system_poll_wait_seconds,
            loading,
            options.model_config_file,
            options.model_config_file_poll_wait_seconds,
            options.allow_version_labels_for_unavailable_models,
            self._report,
        )

    def _servers(self) -> list[GrpcServer | RestServer]:
        return [server for server in (self._grpc_server, self._rest_server) if server is not None]


def _started(server: GrpcServer | RestServer | None, api: str) -> GrpcServer | RestServer:
    if server is None:
        raise RuntimeError(f"The server has not been started, or offers no {api}")
    return server
