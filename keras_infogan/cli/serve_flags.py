"""The flags of `infogan-serve`, and the options of the server that they stand for."""

from typing import Any

from absl import flags

from keras_infogan.cli import path_flags

FLAGS = flags.FLAGS

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


def define() -> None:
    """Defines the flags."""
    _define_addresses()
    _define_models()
    _define_loading()
    _define_files()
    _define_limits()
    _define_rest_limits()
    flags.DEFINE_boolean("version", False, "print the version and exit")


def _define_addresses() -> None:
    flags.DEFINE_string("host", "127.0.0.1", "address to listen on; 0.0.0.0 for all addresses")
    _define_port("port", 8500, "gRPC port; 0 turns gRPC off")
    _define_port("rest_api_port", 8501, "REST port; 0 turns REST off")
    flags.DEFINE_boolean("rest_api_enable_cors_support", False, "allow web pages of other origins")
    flags.DEFINE_list(
        "rest_api_allowed_hosts",
        [],
        "names that REST requests may have as Host, comma-separated, * for all; by default this "
        "machine's on loopback",
    )
    path_flags.define_path("grpc_socket_path", "", "a UNIX socket that serves gRPC as well")
    flags.DEFINE_string(
        "grpc_channel_arguments", "", "channel arguments of the gRPC server: NAME=VALUE,NAME=VALUE"
    )
    flags.DEFINE_boolean("enable_grpc_healthcheck_service", True, "answer gRPC health checks")


def _define_models() -> None:
    flags.DEFINE_string("model_name", "default", "the model's name; not with --model_config_file")
    flags.DEFINE_string("preset", None, f"{path_flags.PRESET_HELP}; not with --model_base_path")
    path_flags.define_path(
        "model_base_path", None, "directory of the model's versions; not with --model_config_file"
    )
    path_flags.define_path(
        "model_config_file", None, "a ModelServerConfig text proto, for several models"
    )
    _define_seconds(
        "model_config_file_poll_wait_seconds",
        0.0,
        "time between two reads of the model config file; 0 reads it once",
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


def _define_loading() -> None:
    _define_seconds(
        "file_system_poll_wait_seconds",
        1.0,
        "time between two searches for new versions; 0 searches once",
    )
    flags.DEFINE_integer(
        "max_num_load_retries", 5, "number of retries when a version fails to load", lower_bound=0
    )
    flags.DEFINE_integer(
        "load_retry_interval_micros", 60_000_000, "time between two attempts to load", lower_bound=0
    )
    flags.DEFINE_boolean("enable_model_warmup", True, "replay recorded requests before serving")
    _define_seconds("load_timeout", 60.0, "seconds to wait for a first version")
    _define_seconds(
        "grace_period_seconds",
        10.0,
        "time limit of the requests in progress after Ctrl-C or SIGTERM",
    )


def _define_files() -> None:
    flags.DEFINE_boolean("enable_batching", False, "join requests into batches")
    path_flags.define_path(
        "batching_parameters_file", "", "a BatchingParameters text proto; needs --enable_batching"
    )
    path_flags.define_path(
        "monitoring_config_file", "", "a MonitoringConfig text proto, for Prometheus"
    )
    path_flags.define_path("ssl_config_file", "", "an SSLConfig text proto, to encrypt gRPC")
    path_flags.define_path(
        "auth_token_file",
        "",
        "file with a token that every request must send: Authorization: Bearer TOKEN",
    )


def _define_limits() -> None:
    _define_limit(
        "max_concurrent_requests",
        1000,
        "requests processed at the same time, per protocol (gRPC, REST); more are refused",
    )
    flags.DEFINE_integer(
        "max_request_bytes",
        2**31 - 1,
        "the largest request, in bytes",
        lower_bound=1,
        upper_bound=2**31 - 1,
    )
    _define_limit(
        "max_unpacked_bytes",
        64 * 2**20,
        "the largest size of what a request sends in short: a gzip body, copies of a context",
    )
    _define_limit(
        "max_repeated_bytes",
        2**20,
        "the largest size of tensors that send fewer values than their shapes have",
    )
    _define_limit(
        "grpc_max_threads",
        None,
        "gRPC requests that run in a model at the same time, without batching; 4 per core by "
        "default",
    )
    _define_limit("grpc_max_connections", 1000, "open gRPC connections; more are closed at once")
    _define_limit("grpc_read_timeout_in_ms", 30_000, "time limit for a gRPC request to arrive")
    _define_limit("max_open_streams", 100, "open streams of health Watch, and of reflection")
    flags.DEFINE_integer(
        "max_pending_reloads", 8, "reload requests that may wait for another one", lower_bound=0
    )


def _define_rest_limits() -> None:
    _define_limit("rest_api_timeout_in_ms", 30_000, "time limit of a REST request")
    _define_limit(
        "rest_api_num_threads",
        None,
        "REST requests that run in a model at the same time, without batching; 4 per core by "
        "default",
    )
    _define_limit(
        "rest_api_max_connections",
        1000,
        "open REST connections; beyond it, the oldest one without a request is closed",
    )
    _define_limit("rest_api_max_header_bytes", 65_536, "the largest head of a REST request")
    _define_limit(
        "rest_api_read_timeout_in_ms",
        10_000,
        "time limit for the head of a REST request to arrive, and for a client to take more of its "
        "response",
    )
    _define_limit(
        "rest_api_max_body_bytes",
        64 * 2**20,
        "the largest body of a REST request, before and after gzip is unpacked",
    )
    _define_limit(
        "rest_api_max_bytes_in_progress",
        256 * 2**20,
        "the bodies of all REST requests in progress together, in bytes",
    )


def _define_limit(name: str, default: int | None, description: str) -> None:
    flags.DEFINE_integer(name, default, description, lower_bound=1)


def _define_seconds(name: str, default: float, description: str) -> None:
    flags.DEFINE_float(name, default, description, lower_bound=0.0)


def _define_port(name: str, default: int, description: str) -> None:
    flags.DEFINE_integer(name, default, description, lower_bound=0, upper_bound=65535)


def options() -> dict[str, Any]:
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
        given["auth_token"] = option_files.read_token(FLAGS.auth_token_file)
    return given
