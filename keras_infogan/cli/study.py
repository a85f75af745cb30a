"""Runs a table of a paper (configs times seeds), or a sweep, and writes one page that compares.

infogan-study --study=quick --workdir=DIR [--seeds=N] [--steps=N] [--rows=NAME,...]
    [--set=FIELD=VALUE ...] [--data_dir=DIR]
infogan-study --sweep=mnist --grid=FIELD=VALUE,VALUE,... [--grid=...] --workdir=DIR [...]
infogan-study ... --parallel=N | --ray_address=HOST:PORT [--threads=N] [--gpus=N]

Each run is in DIR/ROW/seed_K, a work directory as infogan-train leaves it (the mnist networks take
about half a gigabyte a run). A finished run is not repeated, an interrupted one goes on, a failed
one is tried again; a failure ends no study, but shows in the page, in the table and in the exit
status. DIR/report.html is written anew after every run.

Runs go one after the other. --parallel=N makes N at a time on this machine, and --ray_address
makes them on a Ray cluster that this machine is part of; both need pip install
'keras-infogan[ray]', and leave the same files. A run that fails is then tried again at once, twice
at most, from its last checkpoint. On a cluster DIR, the directory that the command is given in, and
the data should lie on storage that all its machines share.
"""

from __future__ import annotations

from collections.abc import Sequence

from absl import flags

from keras_infogan.cli import command, study_flags
from keras_infogan.studies import STUDIES, Study

STUDY = flags.DEFINE_enum(
    "study", None, list(STUDIES), f"the table to run: {', '.join(STUDIES)}; or else give --sweep"
)
SWEEP = flags.DEFINE_enum(
    "sweep", None, command.config_names(), "the experiment whose fields --grid changes"
)
GRID = flags.DEFINE_multi_string(
    "grid",
    [],
    "FIELD=VALUE,VALUE,... of --sweep, information.weight=0.5,1 say; repeatable: a row is run for "
    "every combination",
)
ROWS = flags.DEFINE_list("rows", [], "names of the rows to run now (default: all)")
study_flags.define(default_seeds="the study's own, 1 of a sweep")
flags.mark_flags_as_mutual_exclusive(["study", "sweep"], required=True)


def main(argv: Sequence[str]) -> int:
    """Runs the command; `argv` holds the program's name only."""
    from keras_infogan.reports import study_report
    from keras_infogan.studies import running

    study_flags.end_gently()
    study = _study()
    options = study_flags.options(study.seeds, ROWS.value)
    is_finished = running.run_study(study, options, study_report, study_flags.runner())
    return 0 if is_finished else command.FAILURE


def _study() -> Study:
    from keras_infogan.studies.sweep import sweep

    if SWEEP.value is not None:
        return sweep(SWEEP.value, GRID.value)
    name = str(STUDY.value)
    if GRID.value:
        raise ValueError(f"--grid is of --sweep. Received: --study={name}")
    return STUDIES[name]


def entry_point() -> None:
    """Console script `infogan-study`."""
    command.run(main, __name__)


if __name__ == "__main__":
    entry_point()
