"""Exports a finished run as the next version of a SavedModel that TensorFlow Serving serves.

infogan-export --workdir=DIR --model_base_path=DIR
"""

from __future__ import annotations

from collections.abc import Sequence

from keras_infogan.cli import command, path_flags

WORKDIR = path_flags.define_workdir("the run's directory, as infogan-train left it")
MODEL_BASE_PATH = path_flags.define_path(
    "model_base_path", None, "directory of the model's versions; made if missing", required=True
)


def main(argv: Sequence[str]) -> None:
    """Runs the command; `argv` holds the program's name only."""
    from keras_infogan.export import export_savedmodel
    from keras_infogan.runs.directory import WorkDirectory
    from keras_infogan.runs.model_file import load_model

    model = load_model(WorkDirectory(WORKDIR.value))
    print(export_savedmodel(model, MODEL_BASE_PATH.value))


def entry_point() -> None:
    """Console script `infogan-export`."""
    command.run(main, __name__)


if __name__ == "__main__":
    entry_point()
