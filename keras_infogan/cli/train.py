"""Trains a model that a config describes, or goes on with a run that was stopped.

infogan-train --config=mnist --workdir=DIR [--config.K=V] [--data_dir=DIR]
"""

from __future__ import annotations

from collections.abc import Sequence

from keras_infogan.cli import command

CONFIG = command.define_config()
WORKDIR = command.define_workdir("the run's directory; an unfinished run in it goes on")
DATA_DIR = command.define_data_dir()


def main(argv: Sequence[str]) -> None:
    """Runs the command; `argv` holds the program's name only."""
    from keras_infogan import experiment

    experiment.train(CONFIG.value, WORKDIR.value, DATA_DIR.value)


def entry_point() -> None:
    """Console script `infogan-train`."""
    command.run(main, __name__)


if __name__ == "__main__":
    entry_point()
