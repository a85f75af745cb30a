"""Serves a web page for a model's codes: change them, show two in a grid, read them from images.

infogan-explore --server=127.0.0.1:8500 [--model_name=digits] [--version=2] [--port=7860]
infogan-explore --workdir=DIR [--port=7860]
infogan-explore --preset=mnist_consistent [--port=7860]

The server is infogan-serve, TensorFlow Serving, or any server with the same gRPC API, and its
models are from infogan-export. To compare models side by side, under the same settings, give
several --model_name, several --version of one model, the same number of both, or several --workdir
and --preset.
The page can be opened on this machine only, unless you set --host. It needs no network. Ctrl-C or
SIGTERM ends the command.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from absl import flags

from keras_infogan.cli import command, path_flags
from keras_infogan.runtime.environment import without_proxies

if TYPE_CHECKING:
    from keras_infogan.explorer import ServedModel
    from keras_infogan.runs.directory import WorkDirectory

SERVER = flags.DEFINE_string("server", None, "HOST:PORT of the server's gRPC; not with --workdir")
MODEL_NAME = flags.DEFINE_multi_string(
    "model_name", ["default"], "the name of a model on the server; repeatable"
)
VERSION = flags.DEFINE_multi_integer(
    "version", [], "a version of the model (default: the highest); repeatable"
)
WORKDIR = flags.DEFINE_multi(
    path_flags.PathParser(),
    flags.ArgumentSerializer(),
    "workdir",
    [],
    "a run's directory, as infogan-train left it; repeatable; not with --server",
)
PRESET = flags.DEFINE_multi_string(
    "preset", [], f"{path_flags.PRESET_HELP}; repeatable; not with --server"
)
HOST = flags.DEFINE_string("host", "127.0.0.1", "address to listen on; 0.0.0.0 for all")
PORT = flags.DEFINE_integer("port", 7860, "port of the page", lower_bound=1, upper_bound=65535)


def main(argv: Sequence[str]) -> None:
    """Serves the page until SIGTERM or Ctrl-C."""
    del argv
    if (SERVER.value is None) == (not WORKDIR.value + PRESET.value):
        raise ValueError(
            "Give --server, or else --workdir or --preset. "
            f"Received: --server={SERVER.value}, --workdir={','.join(WORKDIR.value)}, "
            f"--preset={','.join(PRESET.value)}"
        )
    from keras_infogan.serving.server import sockets

    stopping = command.stop_on_signals()
    with tempfile.TemporaryDirectory(prefix="infogan-explore-") as directory:
        # Gradio reads both when it is imported or builds a page.
        os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
        os.environ["GRADIO_TEMP_DIR"] = os.path.join(directory, "pictures")
        try:
            with without_proxies():  # of which Gradio makes clients when it is imported
                from keras_infogan.explorer import ServedModels, page
        except ImportError as error:
            raise RuntimeError(
                "infogan-explore needs Gradio: pip install 'keras-infogan[explore]'. "
                f"Received: {error}"
            ) from error
        with _models(Path(directory)) as models:
            blocks = page.build(ServedModels(models))
            page.launch(blocks, HOST.value, PORT.value)
            print(f"explorer at http://{sockets.join(HOST.value, PORT.value)}", flush=True)
            try:
                stopping.wait()
            finally:
                blocks.close(verbose=False)


@contextlib.contextmanager
def _models(directory: Path) -> Iterator[list[ServedModel]]:
    from keras_infogan.explorer import ServedModel

    if SERVER.value is not None:
        pairs = pair_up(MODEL_NAME.value, VERSION.value)
        yield [ServedModel(SERVER.value, name, version) for name, version in pairs]
        return
    from keras_infogan.export import export_savedmodel
    from keras_infogan.runs.model_file import load_model
    from keras_infogan.serving import EmbeddedServer

    base_paths: dict[str, Path] = {}
    for name, run in _runs().items():
        base_paths[name] = directory / str(len(base_paths))
        export_savedmodel(load_model(run), base_paths[name])
    with EmbeddedServer(base_paths, rest_api_port=None) as server:
        yield [ServedModel(f"127.0.0.1:{server.port}", name) for name in base_paths]


def pair_up(names: Sequence[str], versions: Sequence[int]) -> list[tuple[str, int | None]]:
    """The models to show side by side.

    Args:
        names: the names of models.
        versions: none; any number, for one model; or one per model.

    Raises:
        ValueError: any other number of versions.

    Examples:
        >>> pair_up(["digits"], [1, 2])
        [('digits', 1), ('digits', 2)]
    """
    if not versions:
        return [(name, None) for name in names]
    if len(names) == 1:
        return [(names[0], version) for version in versions]
    if len(names) != len(versions):
        raise ValueError(
            "Several models should come with a --version each or with none. "
            f"Received: {len(names)} models and {len(versions)} versions"
        )
    return list(zip(names, versions, strict=True))


def _runs() -> dict[str, WorkDirectory]:
    """The runs and presets to show, by the names that the flags give them."""
    from keras_infogan.runs.directory import open_directory

    names = [*WORKDIR.value, *PRESET.value]
    if len(set(names)) < len(names):
        raise ValueError(f"Each --workdir and --preset should differ. Received: {', '.join(names)}")
    return {
        **{workdir: open_directory(workdir, None) for workdir in WORKDIR.value},
        **{preset: open_directory(None, preset) for preset in PRESET.value},
    }


def entry_point() -> None:
    """Console script `infogan-explore`."""
    command.run(main, __name__)


if __name__ == "__main__":
    entry_point()
