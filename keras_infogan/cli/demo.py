"""Everything in one command: learns codes without labels, draws, measures, exports and serves.

infogan-demo --workdir=DIR

Trains on the BasicProp line images: a bar at one of ten places. They are made here, without a
download. At the end it asks the embedded server for a picture over gRPC and over REST.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from absl import flags

from keras_infogan.cli import command, path_flags

WORKDIR = path_flags.define_workdir(
    "directory for the run, its data, its pictures and its SavedModel"
)
SEED = flags.DEFINE_integer("seed", 0, "the seed of the run")


def main(argv: Sequence[str]) -> None:
    """Runs the command; `argv` holds the program's name only."""
    from keras_infogan.runs import demo

    demo.run_demo(Path(WORKDIR.value), SEED.value)


def entry_point() -> None:
    """Console script `infogan-demo`."""
    command.run(main, __name__)


if __name__ == "__main__":
    entry_point()
