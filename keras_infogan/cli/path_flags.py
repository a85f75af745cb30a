"""Flags that are paths: `~` is the home directory in each of them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from absl import flags

if TYPE_CHECKING:
    from keras_infogan.runs.directory import WorkDirectory

PRESET_HELP = (
    "trained weights in place of a run: the name of a preset, a directory, a .keras file or "
    "hf://USER/REPO"
)


class PathParser(flags.ArgumentParser[str]):
    """The parser of flags that are paths: `~` is the home directory."""

    syntactic_help = "a path"

    def parse(self, argument: str) -> str:
        """The path that an argument means; a shell leaves the `~` of `--flag=~/x` as it is."""
        return os.path.expanduser(argument)

    def flag_type(self) -> str:
        """The type's name, for tools that list flags."""
        return "string"


def define_path(
    name: str, default: str | None, help_text: str, required: bool = False
) -> flags.FlagHolder[Any]:
    """Defines a flag that is a path. Use it for every path, so that `~` works everywhere."""
    return flags.DEFINE(PathParser(), name, default, help_text, required=required)


def define_data_dir() -> flags.FlagHolder[Any]:
    """Defines `--data_dir`."""
    return define_path(
        "data_dir", None, "the data_dir of TFDS (default: TFDS_DATA_DIR, then TFDS's default)"
    )


def define_model() -> None:
    """Defines `--workdir` and `--preset`, for commands that need a trained model."""
    define_path("workdir", None, "the run's directory, as infogan-train left it")
    flags.DEFINE_string("preset", None, PRESET_HELP)


def chosen_directory() -> WorkDirectory:
    """The run or the preset that the flags of `define_model` name.

    Raises:
        ValueError: both or neither are given, or there is no such preset.
    """
    from keras_infogan.runs.directory import open_directory

    return open_directory(flags.FLAGS.workdir, flags.FLAGS.preset)


def define_workdir(help_text: str) -> flags.FlagHolder[Any]:
    """Defines `--workdir`, which every command that works on a run requires."""
    return define_path("workdir", None, help_text, required=True)


def define_data_path() -> flags.FlagHolder[Any]:
    """Defines `--data_path`, for commands that read the data of a run."""
    return define_path(
        "data_path", None, "the run's folder or arrays, if they moved (default: config.data.path)"
    )
