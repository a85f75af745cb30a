"""Serves SavedModels over gRPC and REST, with TensorFlow Serving's APIs and flag names.

infogan-serve --model_name=digits --model_base_path=/models/digits [--port=8500]
    [--rest_api_port=8501]

BASE/1, BASE/2, ... are versions of the model: the highest is served, and a new one takes over
when it appears. The server listens on this machine only, unless --host says otherwise. It ends on
Ctrl-C or SIGTERM, after the requests in flight.
"""

import signal
import threading
from collections.abc import Sequence

from absl import flags

from keras_infogan.cli import command

FLAGS = flags.FLAGS

flags.DEFINE_string("host", "127.0.0.1", "address to listen on; 0.0.0.0 for all")
flags.DEFINE_integer("port", 8500, "gRPC port; 0 offers no gRPC", lower_bound=0, upper_bound=65535)
flags.DEFINE_integer(
    "rest_api_port", 8501, "REST port; 0 offers no REST", lower_bound=0, upper_bound=65535
)
flags.DEFINE_integer(
    "rest_api_timeout_in_ms", 30_000, "how long a REST request may take", lower_bound=1
)
flags.DEFINE_string("model_name", "default", "the model's name; not with --model_config_file")
flags.DEFINE_string(
    "model_base_path", None, "directory of the model's versions; not with --model_config_file"
)
flags.DEFINE_string("model_config_file", None, "ModelServerConfig text proto, for several models")
flags.DEFINE_float(
    "file_system_poll_wait_seconds",
    1.0,
    "time between two looks for new versions; 0 looks once",
    lower_bound=0.0,
)
flags.DEFINE_boolean("enable_model_warmup", True, "replay recorded requests before serving")
flags.DEFINE_float(
    "load_timeout", 60.0, "how long to wait for a first version, in seconds", lower_bound=0.0
)


def main(argv: Sequence[str]) -> None:
    """Serves until a signal says stop."""
    del argv
    # Imported late, so that --help and a bad flag answer at once.
    from keras_infogan.serving import EmbeddedServer, model_config, sockets

    if (FLAGS.model_base_path is None) == (FLAGS.model_config_file is None):
        raise ValueError(
            "Either --model_base_path or --model_config_file should be given. "
            f"Received: --model_base_path={FLAGS.model_base_path}, "
            f"--model_config_file={FLAGS.model_config_file}"
        )
    if FLAGS.model_config_file is not None:
        models = model_config.read(FLAGS.model_config_file)
    else:
        models = model_config.from_base_paths({FLAGS.model_name: FLAGS.model_base_path})
    server = EmbeddedServer(
        models,
        FLAGS.port or None,
        FLAGS.rest_api_port or None,
        host=FLAGS.host,
        file_system_poll_wait_seconds=FLAGS.file_system_poll_wait_seconds,
        enable_model_warmup=FLAGS.enable_model_warmup,
        rest_api_timeout_in_ms=FLAGS.rest_api_timeout_in_ms,
        load_timeout=FLAGS.load_timeout,
        report=_print_event,
    )
    with server:
        stopping = _stop_on_signals()
        if FLAGS.port:
            _print_event(f"gRPC at {sockets.join(FLAGS.host, server.port)}")
        if FLAGS.rest_api_port:
            address = sockets.join(FLAGS.host, server.rest_api_port)
            _print_event(f"REST at http://{address}/v1/models")
        stopping.wait()
        _print_event("stopping: requests in flight finish first")


def _print_event(event: str) -> None:
    print(event, flush=True)


def _stop_on_signals() -> threading.Event:
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    return stopping


def entry_point() -> None:
    """Runs the command."""
    command.run(main, __name__)


if __name__ == "__main__":
    entry_point()
