"""Writes a report on a run: one HTML page that needs no network.

infogan-report --workdir=DIR [--out=FILE.html]

It shows the training curves, what each code does over training, the evaluation, the confusion
matrices, the config and the machine. The run may be unfinished; the page says what is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from keras_infogan.cli import command, path_flags

WORKDIR = path_flags.define_workdir("the run's directory")
OUT = path_flags.define_path(
    "out", None, "the page to write (default: report.html in the run's directory)"
)


def main(argv: Sequence[str]) -> None:
    """Runs the command; `argv` holds the program's name only."""
    del argv
    from keras_infogan.reports import run_report
    from keras_infogan.runs.directory import WorkDirectory
    from keras_infogan.runtime.files import replace_file

    directory = WorkDirectory(WORKDIR.value)
    path = Path(OUT.value) if OUT.value else directory.path / "report.html"
    page = run_report.render(directory)
    replace_file(path, lambda temporary: temporary.write_text(page, encoding="utf-8"))
    print(f"page: {path}")


def entry_point() -> None:
    """Console script `infogan-report`."""
    command.run(main, __name__)


if __name__ == "__main__":
    entry_point()
