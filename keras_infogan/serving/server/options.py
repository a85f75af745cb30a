"""How an embedded server listens, loads and defends itself."""

from __future__ import annotations

import hmac
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import grpc

from keras_infogan.serving.protocol import unpacked_sizes
from keras_infogan.serving.protocol.channel_options import MAXIMUM_MESSAGE_BYTES
from keras_infogan.serving.repository.batching_options import BatchingOptions
from keras_infogan.serving.repository.loading import DEFAULT_RETRIES, DEFAULT_RETRY_INTERVAL_MICROS

LOOPBACK = "127.0.0.1"
# Of the REST server, where every request holds one while it waits.
MAXIMUM_THREADS = 128
# As TensorFlow Serving has it: 4 per core.
THREADS = 4 * (os.cpu_count() or 1)
_POSITIVE = (
    "rest_api_timeout_in_ms",
    "max_concurrent_requests",
    "max_request_bytes",
    "grpc_max_threads",
    "rest_api_num_threads",
    "grpc_max_connections",
    "grpc_read_timeout_in_ms",
    "max_open_streams",
    "rest_api_max_connections",
    "rest_api_max_header_bytes",
    "rest_api_read_timeout_in_ms",
    "rest_api_max_bytes_in_progress",
    "rest_api_max_body_bytes",
    "max_unpacked_bytes",
    "max_repeated_bytes",
)
_LOOPBACK_HOSTS = (LOOPBACK, "localhost", "::1")
_BEARER = "Bearer "


@dataclass(frozen=True)
class ServerOptions:
    """Settings of an `EmbeddedServer`; those that TensorFlow Serving has bear its flags' names.

    Args:
        host: the address to listen on; loopback unless said otherwise.
        grpc_socket_path: a UNIX socket to answer gRPC on as well; "" for none.
        enable_grpc_healthcheck_service: whether gRPC health checks are answered.
        grpc_channel_arguments: (name, value) pairs for the gRPC server.
        rest_api_timeout_in_ms: how long a REST request may take, in milliseconds.
        rest_api_enable_cors_support: whether pages of other origins may ask.
        monitoring_path: where the REST port shows metrics for Prometheus; "" for nowhere.
        ssl_config: an `SSLConfig` proto: gRPC's key, certificate, and whether clients need one;
            None for no encryption. REST is never encrypted, as with TensorFlow Serving.
        auth_token: what every request must bring as `Authorization: Bearer TOKEN`; "" for
            nothing. Health checks need none.
        file_system_poll_wait_seconds: time between two looks for new versions, in seconds; 0
            looks once, at the start.
        model_config_file: read again every `model_config_file_poll_wait_seconds`; "" for none.
        model_config_file_poll_wait_seconds: in seconds; 0 never reads it again.
        enable_model_warmup: whether a version replays its recorded requests before it serves.
        max_num_load_retries: how often a version that failed is loaded again.
        load_retry_interval_micros: the time between two attempts, in microseconds.
        allow_version_labels_for_unavailable_models: whether a new config may label a version
            that is not available.
        enable_signature_method_name_check: whether Classify and Regress refuse signatures that
            TensorFlow 1 did not write for them.
        saved_model_tags: of the graph in each SavedModel.
        batching: joins requests; None runs each by itself.
        max_concurrent_requests: requests in work at a time, for gRPC and REST each; more are
            refused with RESOURCE_EXHAUSTED.
        max_request_bytes: the largest request, in bytes.
        load_timeout: how long `start` waits for the first version of each model, in seconds.
        grpc_max_threads: how many gRPC requests run in a model at the same time, where batching
            does not join them; others wait, and those whose callers leave are dropped.
        rest_api_num_threads: the same for REST requests.
        grpc_max_connections: open gRPC connections; more are closed at once.
        grpc_read_timeout_in_ms: how long the message of a gRPC request may take to arrive, in
            milliseconds.
        max_open_streams: open calls of reflection, and of health Watch; of the latter once for
            callers with the token, and once for those without.
        rest_api_max_connections: open REST connections. If there are more, the oldest one without a
            request in progress is closed.
        rest_api_max_header_bytes: the largest head of a REST request, with its URL and trailers, in
            bytes.
        rest_api_read_timeout_in_ms: how long the head of a REST request may take to arrive, and how
            long a client may take nothing of its response, in milliseconds.
        rest_api_max_bytes_in_progress: the bodies of all REST requests in progress, in bytes. A
            single request may have more.
        rest_api_allowed_hosts: names that REST requests may have as `Host`, without ports; "*" for
            all. By default those of this machine on loopback, and all beyond it. No host is checked
            where a token is.
        rest_api_max_body_bytes: the largest body of a REST request, before and after gzip is
            unpacked, in bytes; `max_request_bytes` applies too.
        max_unpacked_bytes: the largest size of what a request sends in short, in bytes: of a gzip
            body, and of the copies of a context, which each example gets.
        max_repeated_bytes: the largest size of a request's tensors that send fewer values than
            their shapes have and repeat the last one, in bytes.
        max_pending_reloads: HandleReloadConfigRequest calls that may wait for another one.

    Raises:
        ValueError: for numbers that are out of range.

    Examples:
        >>> batching = BatchingOptions(max_batch_size=64)
        >>> options = ServerOptions(batching=batching, auth_token="secret")
        >>> options.batching.max_batch_size
        64
    """

    host: str = LOOPBACK
    grpc_socket_path: str = ""
    enable_grpc_healthcheck_service: bool = True
    grpc_channel_arguments: Sequence[tuple[str, str | int]] = ()
    rest_api_timeout_in_ms: int = 30_000
    rest_api_enable_cors_support: bool = False
    monitoring_path: str = ""
    # Secrets, which must stand in no log.
    ssl_config: Any = field(default=None, repr=False)
    auth_token: str = field(default="", repr=False)
    file_system_poll_wait_seconds: float = 1.0
    model_config_file: str = ""
    model_config_file_poll_wait_seconds: float = 0.0
    enable_model_warmup: bool = True
    max_num_load_retries: int = DEFAULT_RETRIES
    load_retry_interval_micros: int = DEFAULT_RETRY_INTERVAL_MICROS
    allow_version_labels_for_unavailable_models: bool = False
    enable_signature_method_name_check: bool = False
    saved_model_tags: Sequence[str] = ("serve",)
    batching: BatchingOptions | None = None
    max_concurrent_requests: int = 1000
    max_request_bytes: int = MAXIMUM_MESSAGE_BYTES
    load_timeout: float = 60.0
    grpc_max_threads: int = THREADS
    rest_api_num_threads: int = THREADS
    grpc_max_connections: int = 1000
    grpc_read_timeout_in_ms: int = 30_000
    max_open_streams: int = 100
    max_pending_reloads: int = 8
    rest_api_max_connections: int = 1000
    rest_api_max_header_bytes: int = 65_536
    rest_api_read_timeout_in_ms: int = 10_000
    rest_api_max_bytes_in_progress: int = 256 * 2**20
    rest_api_allowed_hosts: Sequence[str] = ()
    rest_api_max_body_bytes: int = 64 * 2**20
    max_unpacked_bytes: int = unpacked_sizes.DEFAULT_MAXIMUM_BYTES
    max_repeated_bytes: int = unpacked_sizes.DEFAULT_REPEATED_BYTES

    def __post_init__(self) -> None:
        for name in _POSITIVE:
            if getattr(self, name) < 1:
                raise ValueError(f"{name} should be positive. Received: {getattr(self, name)}")
        for name in (
            "file_system_poll_wait_seconds",
            "model_config_file_poll_wait_seconds",
            "max_num_load_retries",
            "load_retry_interval_micros",
            "load_timeout",
            "max_pending_reloads",
        ):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} should not be negative. Received: {getattr(self, name)}")
        if self.max_request_bytes > MAXIMUM_MESSAGE_BYTES:
            raise ValueError(
                f"max_request_bytes should be at most {MAXIMUM_MESSAGE_BYTES}. "
                f"Received: {self.max_request_bytes}"
            )
        if self.monitoring_path and not self.monitoring_path.startswith("/"):
            raise ValueError(
                f"monitoring_path should start with '/'. Received: {self.monitoring_path!r}"
            )

    @property
    def listens_beyond_loopback(self) -> bool:
        """Whether other machines can reach the server."""
        return self.host not in _LOOPBACK_HOSTS

    def admits(self, authorization: str) -> bool:
        """Tells whether a request may be answered.

        Args:
            authorization: what it brings as `Authorization`; "" for nothing.
        """
        if not self.auth_token:
            return True
        given = authorization.removeprefix(_BEARER) if authorization.startswith(_BEARER) else ""
        # As long for a near guess as for a far one.
        return hmac.compare_digest(given.encode(), self.auth_token.encode())

    def server_credentials(self) -> grpc.ServerCredentials | None:
        """Returns what encrypts gRPC, or None."""
        config = self.ssl_config
        if config is None:
            return None
        return grpc.ssl_server_credentials(
            [(config.server_key.encode(), config.server_cert.encode())],
            root_certificates=config.custom_ca.encode() or None,
            require_client_auth=config.client_verify,
        )
