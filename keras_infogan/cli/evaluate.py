"""Evaluates a finished run on test data: writes DIR/evaluation.json and prints it as a table.

infogan-evaluate --workdir=DIR [--data_dir=DIR]
"""

from __future__ import annotations

from collections.abc import Sequence

from keras_infogan.cli import command

WORKDIR = command.define_workdir("the run's directory, as infogan-train left it")
DATA_DIR = command.define_data_dir()


def main(argv: Sequence[str]) -> None:
    """Runs the command; `argv` holds the program's name only."""
    from keras_infogan import evaluation, experiment

    print(evaluation.table(experiment.evaluate_run(WORKDIR.value, DATA_DIR.value)))


def entry_point() -> None:
    """Console script `infogan-evaluate`."""
    command.run(main, __name__)


if __name__ == "__main__":
    entry_point()
