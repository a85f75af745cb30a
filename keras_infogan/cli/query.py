"""Asks a server for a picture with the given codes, and writes it as a PNG file.

infogan-query --server=127.0.0.1:8500 --model_name=digits --out=three.png [--code digit=3]
    [--code style=0.5,-1] [--seed=0] [--rest]

The server is infogan-serve, TensorFlow Serving, or any server with the same APIs, and its model is
from infogan-export. The model draws a code that is not given, from the seed.
"""

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from absl import flags

from keras_infogan.cli import command, path_flags

FLAGS = flags.FLAGS

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"

flags.DEFINE_string("server", None, "HOST:PORT of the server", required=True)
flags.DEFINE_string("model_name", None, "the name of the model on the server", required=True)
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
    from keras_infogan.serving import Client

    codes = parse_codes(FLAGS.code)
    protocol: Literal["grpc", "rest"] = "rest" if FLAGS.rest else "grpc"
    with Client(FLAGS.server, FLAGS.model_name, timeout=FLAGS.timeout, protocol=protocol) as client:
        pictures = client.generate_png(codes, FLAGS.seed)
    if len(pictures) != 1:
        raise ValueError(f"infogan-query writes one picture. Received: codes for {len(pictures)}")
    write_png(Path(FLAGS.out), pictures[0])
    print(f"wrote {FLAGS.out}")


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
