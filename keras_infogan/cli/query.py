"""Requests an image with the given codes from a server, and writes it as a PNG file.

infogan-query --server=127.0.0.1:8500 --model_name=digits --out=three.png [--code digit=3]
    [--code style=0.5,-1] [--seed=0] [--rest]
infogan-query --preset=mnist_consistent|--workdir=DIR --out=three.png [--code digit=3] ...

The server is infogan-serve, TensorFlow Serving, or any server with the same APIs, and its model is
from infogan-export. The second form starts a server of its own, and needs the extra [serve]. The
model draws a code that is not given, from the seed.
"""

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from absl import flags

from keras_infogan.cli import command, path_flags

FLAGS = flags.FLAGS

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"

flags.DEFINE_string("server", None, "HOST:PORT of the server; not with --workdir or --preset")
flags.DEFINE_string("model_name", None, "the name of the model on the server")
path_flags.define_model()
path_flags.define_path("out", None, "the PNG file to write", required=True)
flags.DEFINE_multi_string("code", [], "NAME=VALUE, or NAME=VALUE,VALUE,...; repeatable")
flags.DEFINE_integer("seed", 0, "seed of the noise and of the codes that are not given")
flags.DEFINE_boolean("rest", False, "use REST instead of gRPC")
flags.DEFINE_float("timeout", 30.0, "how long a request may take, in seconds", lower_bound=0.001)


def main(argv: Sequence[str]) -> None:
    """Writes the picture that the server gives."""
    del argv
    # Imported late, so that --help and errors in flags are quick.
    from keras_infogan.cli.code_values import parse_codes

    codes = parse_codes(FLAGS.code)
    if not (FLAGS.server or FLAGS.model_name or FLAGS.workdir or FLAGS.preset):
        raise ValueError(
            "Give --server with --model_name, or else --workdir or --preset. Received: none of them"
        )
    if (FLAGS.server is None) != (FLAGS.model_name is None):
        raise ValueError(
            "--server and --model_name should come together. "
            f"Received: --server={FLAGS.server}, --model_name={FLAGS.model_name}"
        )
    if FLAGS.server is None:
        pictures = _own_answer(codes)
    elif FLAGS.workdir or FLAGS.preset:
        raise ValueError("--server should come without --workdir and --preset. Received: both")
    else:
        pictures = _answer(FLAGS.server, FLAGS.model_name, codes)
    if len(pictures) != 1:
        raise ValueError(f"infogan-query writes one picture. Received: codes for {len(pictures)}")
    write_png(Path(FLAGS.out), pictures[0])
    print(f"wrote {FLAGS.out}")


def _answer(server: str, model_name: str, codes: Mapping[str, Any]) -> Sequence[bytes]:
    """The PNG files that a server sends."""
    from keras_infogan.serving import Client

    protocol: Literal["grpc", "rest"] = "rest" if FLAGS.rest else "grpc"
    with Client(server, model_name, timeout=FLAGS.timeout, protocol=protocol) as client:
        return client.generate_png(codes, FLAGS.seed)


def _own_answer(codes: Mapping[str, Any]) -> Sequence[bytes]:
    """The PNG files of a server of this process, with the model that the flags name."""
    from keras_infogan.export import export_savedmodel
    from keras_infogan.runs.model_file import load_model
    from keras_infogan.serving import EmbeddedServer

    model = load_model(path_flags.chosen_directory())
    with tempfile.TemporaryDirectory(prefix="infogan-query-") as directory:
        export_savedmodel(model, directory)
        rest_api_port = 0 if FLAGS.rest else None
        with EmbeddedServer({"model": directory}, 0, rest_api_port) as server:
            port = server.rest_api_port if FLAGS.rest else server.port
            return _answer(f"127.0.0.1:{port}", "model", codes)


def write_png(path: Path, picture: bytes) -> None:
    """Writes a file whole or not at all.

    Args:
        path: the file; it is replaced only once the new one is complete.
        picture: the bytes of a PNG.

    Raises:
        ValueError: the bytes are not a PNG.
        OSError: the file cannot be written.
    """
    if not picture.startswith(_PNG_SIGNATURE):
        raise ValueError(f"The server should send a PNG. Received: {picture[:16]!r}")
    try:
        descriptor, temporary = tempfile.mkstemp(suffix=".png", dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(picture)
            # mkstemp lets only the owner read the file; a picture has ordinary permissions.
            os.chmod(temporary, 0o666 & ~_umask())
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise OSError(f"Cannot write {path}: {error.strerror}") from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def entry_point() -> None:
    """Runs the command."""
    command.run(main, __name__)


if __name__ == "__main__":
    entry_point()
