"""Serves SavedModels over gRPC and REST, with TensorFlow Serving's APIs and flag names.

infogan-serve --model_name=digits --model_base_path=/models/digits [--port=8500]
    [--rest_api_port=8501]
infogan-serve --preset=mnist_consistent

The directory has one subdirectory per version of the model: 1, 2, ... The highest version is
served; a new one replaces it when it appears. The server can be reached from this machine only,
unless you set --host. On Ctrl-C or SIGTERM it first finishes the requests in progress. A preset is
served under its own name, unless --model_name gives another.
"""

from __future__ import annotations

import contextlib
import gc
import os
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from absl import flags

from keras_infogan.cli import command, serve_flags

if TYPE_CHECKING:
    from keras_infogan.serving import EmbeddedServer

FLAGS = flags.FLAGS

serve_flags.define()

PATIENCE_SECONDS = 10.0  # beyond the grace period


def main(argv: Sequence[str]) -> None:
    """Serves until SIGTERM or Ctrl-C."""
    del argv
    if FLAGS.version:
        print(_version())
        return
    # Imported late, so that --help and errors in flags are quick.
    from keras_infogan.runtime import compat
    from keras_infogan.serving import EmbeddedServer

    compat.silence_grpc_parse_errors()
    with tempfile.TemporaryDirectory(prefix="infogan-serve-") as directory:
        server = EmbeddedServer(
            _models(Path(directory)),
            FLAGS.port or None,
            FLAGS.rest_api_port or None,
            report=_print_event,
            **serve_flags.options(),
        )
        _serve(server)


def _serve(server: EmbeddedServer) -> None:
    from keras_infogan.serving.server import sockets

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


def _models(directory: Path) -> Any:
    """The models to serve; that of a preset is exported to a directory."""
    from keras_infogan.serving.repository import model_config

    sources = ("model_base_path", "model_config_file", "preset")
    if sum(FLAGS[name].value is not None for name in sources) != 1:
        received = ", ".join(f"--{name}={FLAGS[name].value}" for name in sources)
        raise ValueError(
            "One of --model_base_path, --model_config_file and --preset should be given. "
            f"Received: {received}"
        )
    if FLAGS.model_config_file is not None:
        return model_config.read(FLAGS.model_config_file)
    if FLAGS.preset is None:
        return model_config.from_base_paths({FLAGS.model_name: FLAGS.model_base_path})
    from keras_infogan import InfoGAN, export_savedmodel

    export_savedmodel(InfoGAN.from_preset(FLAGS.preset), directory)
    own_name = Path(FLAGS.preset).absolute().name.removesuffix(".keras")
    name = FLAGS.model_name if FLAGS["model_name"].present else own_name
    return model_config.from_base_paths({name: str(directory)})


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
