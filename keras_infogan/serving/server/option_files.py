"""What an operator writes down for a server: SSL and monitoring files, and channel arguments."""

from pathlib import Path
from typing import Any

from keras_infogan.runtime.files import user_path
from keras_infogan.serving.protocol import config_protos
from keras_infogan.serving.server.request_metrics import PROMETHEUS_PATH


def read_ssl_config(path: str | Path) -> Any:
    """Reads an SSL config file: an `SSLConfig` text proto that holds PEM texts.

    Args:
        path: the file.

    Returns:
        The proto.

    Raises:
        ValueError: when the file is no such text, or has no key, no certificate, or asks for
            client certificates without saying whose.
        OSError: when it cannot be read.

    Example::

        ServerOptions(ssl_config=read_ssl_config("ssl.config"))
    """
    config = config_protos.read(path, config_protos.SSLConfig())
    if not config.server_key or not config.server_cert:
        raise ValueError(f"The SSL config should hold server_key and server_cert. Received: {path}")
    if config.client_verify and not config.custom_ca:
        raise ValueError(
            "The SSL config should hold custom_ca where client_verify is on. "
            f"Received: {path} without"
        )
    return config


def read_monitoring_path(path: str | Path) -> str:
    """Reads where metrics are shown from a monitoring config file.

    Args:
        path: a `MonitoringConfig` text proto.

    Returns:
        The path on the REST port, or "" where Prometheus is not enabled.

    Raises:
        ValueError: when the file is no such text.
        OSError: when it cannot be read.

    Example::

        read_monitoring_path("serving/monitoring.config")   # "/monitoring/prometheus/metrics"
    """
    prometheus = config_protos.read(path, config_protos.MonitoringConfig()).prometheus_config
    if not prometheus.enable:
        return ""
    return prometheus.path or PROMETHEUS_PATH


def read_token(path: str | Path) -> str:
    """Reads a token from a file that holds nothing else.

    Args:
        path: the file; blanks and line ends around the token are dropped.

    Returns:
        The token.

    Raises:
        ValueError: when the file is empty.
        OSError: when it cannot be read.

    Example::

        ServerOptions(auth_token=read_token("token.txt"))
    """
    try:
        token = user_path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise OSError(f"Cannot read --auth_token_file {path}: {error.strerror}") from error
    if not token:
        raise ValueError(f"--auth_token_file should hold a token. Received: {path}, which is empty")
    return token


def parse_channel_arguments(text: str) -> list[tuple[str, str | int]]:
    """Reads `--grpc_channel_arguments`.

    Args:
        text: `name=value,name=value`; values that are integers become integers.

    Returns:
        The pairs.

    Raises:
        ValueError: for any other text.

    Examples:
        >>> parse_channel_arguments("grpc.max_connection_age_ms=2000")
        [('grpc.max_connection_age_ms', 2000)]
    """
    pairs: list[tuple[str, str | int]] = []
    for part in filter(None, text.split(",")):
        name, equals, value = part.partition("=")
        if not name or not equals:
            raise ValueError(
                f"grpc_channel_arguments should be NAME=VALUE,NAME=VALUE. Received: {text!r}"
            )
        try:
            pairs.append((name, int(value)))
        except ValueError:
            pairs.append((name, value))
    return pairs
