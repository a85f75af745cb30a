"""Draws what one code does: each column is a value of it, each row has its own other latents.

infogan-traverse --workdir=DIR|--preset=NAME --out=FILE.png [--code=digit] [--rows=10]
    [--columns=10] [--seed=0]
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from absl import flags

from keras_infogan.cli import command, path_flags

path_flags.define_model()
OUT = path_flags.define_path("out", None, "the PNG file to write", required=True)
CODE = flags.DEFINE_string("code", None, "the code to vary (default: the first)")
ROWS = flags.DEFINE_integer(
    "rows", 10, "rows of the picture, each with its own draw of the other latents", lower_bound=1
)
COLUMNS = flags.DEFINE_integer("columns", 10, "values per continuous code", lower_bound=2)
SEED = flags.DEFINE_integer("seed", 0, "the seed of the other latents")


def main(argv: Sequence[str]) -> None:
    """Runs the command; `argv` holds the program's name only."""
    from keras_infogan.evaluation import pictures
    from keras_infogan.runs.model_file import load_model

    directory = path_flags.chosen_directory()
    model = load_model(directory)
    if not model.latents.codes:
        raise ValueError(
            f"The model should have a code to vary. Received: {directory.path}, no codes"
        )
    code = CODE.value or next(iter(model.latents.codes))
    picture = pictures.traversal_picture(model, code, ROWS.value, COLUMNS.value, SEED.value)
    pictures.write_png(Path(OUT.value), picture)
    print(f"{OUT.value}: each column is a value of {code}; {ROWS.value} rows of other latents")


def entry_point() -> None:
    """Console script `infogan-traverse`."""
    command.run(main, __name__)


if __name__ == "__main__":
    entry_point()
