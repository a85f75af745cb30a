"""Prints evaluated runs side by side, and marks differences that are larger than seed noise.

infogan-compare DIR DIR ...

Runs whose configs differ only in the seed share one column: mean +- standard deviation. A star
marks a difference from the first column by Welch's t-test at 5%. The test needs at least two seeds
per column.
"""

from __future__ import annotations

from collections.abc import Sequence

from keras_infogan.cli import command


def main(argv: Sequence[str]) -> None:
    """Runs the command; `argv` holds the program's name and the directories."""
    from keras_infogan.runs import comparison

    print(comparison.table(comparison.read_groups(argv[1:])))


def entry_point() -> None:
    """Console script `infogan-compare`."""
    command.run(main, __name__, takes_arguments=True)


if __name__ == "__main__":
    entry_point()
