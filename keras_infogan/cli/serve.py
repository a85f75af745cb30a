"""Serves SavedModels over gRPC and REST, with TensorFlow Serving's APIs and flag names.

infogan-serve --model_name=digits --model_base_path=/models/digits [--port=8500]
    [--rest_api_port=8501]

The directory has one subdirectory per version of the model: 1, 2, ... The highest version is
served; a new one replaces it when it appears. The server can be reached from this machine only,
unless you set --host. On Ctrl-C or SIGTERM it first finishes the requests in progress.
"""

import contextlib
import gc
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from absl import flags

from keras_infogan.cli import command, path_flags

FLAGS = flags.FLAGS

flags.DEFINE_string("host", "127.0.0.1", "address to listen on; 0.0.0.0 for all addresses")
flags.DEFINE_integer("port", 8500, "gRPC port; 0 turns gRPC off", lower_bound=0, upper_bound=65535)
flags.DEFINE_integer(
    "rest_api_port", 8501, "REST port; 0 turns REST off", lower_bound=0, upper_bound=65535
)
flags.DEFINE_integer(
    "rest_api_timeout_in_ms", 30_000, "time limit of a REST request", lower_bound=1
)
flags.DEFINE_boolean("rest_api_enable_cors_support", False, "allow web pages of other origins")
path_flags.define_path("grpc_socket_path", "", "a UNIX socket that serves gRPC as well")
flags.DEFINE_string(
    "grpc_channel_arguments", "", "channel arguments of the gRPC server: NAME=VALUE,NAME=VALUE"
)
flags.DEFINE_string("model_name", "default", "the model's name; not with --model_config_file")
path_flags.define_path(
    "model_base_path", None, "directory of the model's versions; not with --model_config_file"
)
path_flags.define_path(
    "model_config_file", None, "a ModelServerConfig text proto, for several models"
)
flags.DEFINE_float(
    "model_config_file_poll_wait_seconds",
    0.0,
    "time between two reads of the model config file; 0 reads it once",
    lower_bound=0.0,
)
flags.DEFINE_float(
    "file_system_poll_wait_seconds",
    1.0,
    "time between two searches for new versions; 0 searches once",
    lower_bound=0.0,
)
flags.DEFINE_integer(
    "max_num_load_retries", 5, "number of retries when a version fails to load", lower_bound=0
)
flags.DEFINE_integer(
    "load_retry_interval_micros", 60_000_000, "time between two attempts to load", lower_bound=0
)
flags.DEFINE_boolean(
    "allow_version_labels_for_unavailable_models",
    False,
    "let a new model config give a label to a version that is not available",
)
flags.DEFINE_boolean(
    "enable_signature_method_name_check",
    False,
    "Classify and Regress accept only signatures that TensorFlow 1 wrote for them",
)
flags.DEFINE_string(
    "saved_model_tags", "serve", "tags of the graph in a SavedModel, comma-separated"
)
flags.DEFINE_boolean("enable_batching", False, "join requests into batches")
path_flags.define_path(
    "batching_parameters_file", "", "a BatchingParameters text proto; needs --enable_batching"
)
path_flags.define_path(
    "monitoring_config_file", "", "a MonitoringConfig text proto, for Prometheus"
)
path_flags.define_path("ssl_config_file", "", "an SSLConfig text proto, to encrypt gRPC")
flags.DEFINE_boolean("enable_model_warmup", True, "replay recorded requests before serving")
flags.DEFINE_boolean("enable_grpc_healthcheck_service", True, "answer gRPC health checks")
flags.DEFINE_boolean("version", False, "print the version and exit")
path_flags.define_path(
    "auth_token_file",
    "",
    "file with a token that every request must send: Authorization: Bearer TOKEN",
)
flags.DEFINE_integer(
    "max_concurrent_requests",
    1000,
    "requests processed at the same time, per protocol (gRPC, REST); more are refused",
    lower_bound=1,
)
flags.DEFINE_integer(
    "max_request_bytes",
    2**31 - 1,
    "the largest request, in bytes",
    lower_bound=1,
    upper_bound=2**31 - 1,
)
flags.DEFINE_integer(
    "grpc_max_threads",
    None,
    "gRPC requests that run in a model at the same time, without batching; 4 per core by default",
    lower_bound=1,
)
flags.DEFINE_integer(
    "rest_api_num_threads",
    None,
    "REST requests that run in a model at the same time, without batching; 4 per core by default",
    lower_bound=1,
)
flags.DEFINE_integer(
    "grpc_max_connections", 1000, "open gRPC connections; more are closed at once", lower_bound=1
)
flags.DEFINE_integer(
    "grpc_read_timeout_in_ms", 30_000, "time limit for a gRPC request to arrive", lower_bound=1
)
flags.DEFINE_integer(
    "max_open_streams", 100, "open streams of health Watch, and of reflection", lower_bound=1
)
flags.DEFINE_integer(
    "rest_api_max_connections",
    1000,
    "open REST connections; beyond it, the oldest one without a request is closed",
    lower_bound=1,
)
flags.DEFINE_integer(
    "rest_api_max_header_bytes", 65_536, "the largest head of a REST request", lower_bound=1
)
flags.DEFINE_integer(
    "rest_api_read_timeout_in_ms",
    10_000,
    "time limit for the head of a REST request to arrive, and for a client to take its response",
    lower_bound=1,
)
flags.DEFINE_integer(
    "rest_api_max_bytes_in_progress",
    2**30,
    "the bodies of all REST requests in progress together, in bytes",
    lower_bound=1,
)
flags.DEFINE_list(
    "rest_api_allowed_hosts",
    [],
    "names that REST requests may have as Host, comma-separated, * for all; by default this "
    "machine's on loopback",
)
flags.DEFINE_integer(
    "max_unpacked_bytes",
    64 * 2**20,
    "the largest size of what a request sends in short: a gzip body, copies of a context",
    lower_bound=1,
)
flags.DEFINE_integer(
    "max_repeated_bytes",
    2**20,
    "the largest size of tensors that send fewer values than their shapes have",
    lower_bound=1,
)
flags.DEFINE_integer(
    "rest_api_max_body_bytes",
    64 * 2**20,
    "the largest body of a REST request, before and after gzip is unpacked",
    lower_bound=1,
)
flags.DEFINE_integer(
    "max_pending_reloads", 8, "reload requests that may wait for another one", lower_bound=0
)
flags.DEFINE_float("load_timeout", 60.0, "seconds to wait for a first version", lower_bound=0.0)
flags.DEFINE_float(
    "grace_period_seconds",
    10.0,
    "time limit of the requests in progress after Ctrl-C or SIGTERM",
    lower_bound=0.0,
)

PATIENCE_SECONDS = 10.0  # beyond the grace period

# Passed on unchanged, under the same names.
_PLAIN = (
    "host",
    "rest_api_timeout_in_ms",
    "rest_api_enable_cors_support",
    "grpc_socket_path",
    "model_config_file_poll_wait_seconds",
    "file_system_poll_wait_seconds",
    "max_num_load_retries",
    "load_retry_interval_micros",
    "allow_version_labels_for_unavailable_models",
    "enable_signature_method_name_check",
    "enable_model_warmup",
    "enable_grpc_healthcheck_service",
    "max_concurrent_requests",
    "max_request_bytes",
    "load_timeout",
    "grpc_max_connections",
    "grpc_read_timeout_in_ms",
    "max_open_streams",
    "max_pending_reloads",
    "rest_api_max_connections",
    "rest_api_max_header_bytes",
    "rest_api_read_timeout_in_ms",
    "rest_api_max_bytes_in_progress",
    "rest_api_allowed_hosts",
    "rest_api_max_body_bytes",
    "max_unpacked_bytes",
    "max_repeated_bytes",
)
# Passed on where they are given.
_OPTIONAL = ("grpc_max_threads", "rest_api_num_threads")


def main(argv: Sequence[str]) -> None:
    """Serves until SIGTERM or Ctrl-C."""
    del argv
    if FLAGS.version:
        print(_version())
        return
    # Imported late, so that --help and errors in flags are quick.
    from keras_infogan.runtime import compat
    from keras_infogan.serving import EmbeddedServer
    from keras_infogan.serving.server import sockets

    compat.silence_grpc_parse_errors()
    server = EmbeddedServer(
        _models(),
        FLAGS.port or None,
        FLAGS.rest_api_port or None,
        report=_print_event,
        **_options(),
    )
    # Imported objects stay forever, so later garbage collections need not look at them.
    gc.collect()
    gc.freeze()
    stopping = command.stop_on_signals()
    server.start()
    try:
        if FLAGS.port:
            _print_event(f"gRPC at {sockets.join(FLAGS.host, server.port)}")
        if FLAGS.rest_api_port:
            address = sockets.join(FLAGS.host, server.rest_api_port)
            _print_event(f"REST at http://{address}/v1/models")
        stopping.wait()
        _print_event("stopping: requests in flight finish first")
        _end_in_any_case(FLAGS.grace_period_seconds + PATIENCE_SECONDS)
    finally:
        server.stop(FLAGS.grace_period_seconds)


def _models() -> Any:
    from keras_infogan.serving.repository import model_config

    if (FLAGS.model_base_path is None) == (FLAGS.model_config_file is None):
        raise ValueError(
            "Either --model_base_path or --model_config_file should be given. "
            f"Received: --model_base_path={FLAGS.model_base_path}, "
            f"--model_config_file={FLAGS.model_config_file}"
        )
    if FLAGS.model_config_file is not None:
        return model_config.read(FLAGS.model_config_file)
    return model_config.from_base_paths({FLAGS.model_name: FLAGS.model_base_path})


def _options() -> dict[str, Any]:
    """The keyword arguments of `EmbeddedServer` that the flags ask for."""
    from keras_infogan.serving.repository import batching_options
    from keras_infogan.serving.server import option_files

    given = {name: FLAGS[name].value for name in _PLAIN}
    given |= {name: FLAGS[name].value for name in _OPTIONAL if FLAGS[name].value is not None}
    given["model_config_file"] = FLAGS.model_config_file or ""
    given["grpc_channel_arguments"] = option_files.parse_channel_arguments(
        FLAGS.grpc_channel_arguments
    )
    given["saved_model_tags"] = FLAGS.saved_model_tags.split(",")
    if FLAGS.batching_parameters_file and not FLAGS.enable_batching:
        raise ValueError(
            "--batching_parameters_file should come with --enable_batching. "
            f"Received: {FLAGS.batching_parameters_file} alone"
        )
    if FLAGS.enable_batching:
        file = FLAGS.batching_parameters_file
        given["batching"] = (
            batching_options.read(file) if file else batching_options.BatchingOptions()
        )
    if FLAGS.monitoring_config_file:
        given["monitoring_path"] = option_files.read_monitoring_path(FLAGS.monitoring_config_file)
    if FLAGS.ssl_config_file:
        given["ssl_config"] = option_files.read_ssl_config(FLAGS.ssl_config_file)
    if FLAGS.auth_token_file:
        given["auth_token"] = _read_token(Path(FLAGS.auth_token_file))
    return given


def _read_token(path: Path) -> str:
    try:
        token = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise OSError(f"Cannot read --auth_token_file {path}: {error.strerror}") from error
    if not token:
        raise ValueError(f"--auth_token_file should hold a token. Received: {path}, which is empty")
    return token


def _version() -> str:
    from importlib import metadata

    return "\n".join(
        f"{title}: {metadata.version(package)}"
        for title, package in (
            ("keras-infogan", "keras-infogan"),
            ("TensorFlow Serving API", "tensorflow-serving-api"),
            ("TensorFlow Library", "tensorflow"),
        )
    )


def _print_event(event: str) -> None:
    # The reader of stdout may be gone; the server continues.
    with contextlib.suppress(BrokenPipeError):
        print(event, flush=True)


def _end_in_any_case(seconds: float) -> None:
    """Ends the process after a time: at exit Python waits for threads, and one may be stuck."""
    last_resort = threading.Timer(seconds, os._exit, [0])
    last_resort.daemon = True
    last_resort.start()


def entry_point() -> None:
    """Runs the command."""
    command.run(main, __name__)


if __name__ == "__main__":
    entry_point()
