"""Runs the experiments of a published table, or a sweep, and compares the runs on one page.

infogan-study --study=quick --workdir=DIR [--seeds=N] [--steps=N] [--rows=NAME,...]
    [--set=FIELD=VALUE ...] [--data_dir=DIR]
infogan-study --sweep=mnist --grid=FIELD=VALUE,VALUE,... [--grid=...] --workdir=DIR [...]
infogan-study ... --parallel=N | --ray_address=HOST:PORT [--threads=N] [--gpus=N]

A row of the table is one config, run with several seeds. Each run has its own directory
DIR/ROW/seed_K, as infogan-train writes it (about half a gigabyte per run of the mnist networks).
Rerun the same command to continue: finished runs are kept, interrupted runs are resumed, failed
runs are tried again. A failed run does not end the study; the page, the table and the exit status
show it. DIR/report.html is rewritten after every run.

By default there is one run at a time. --parallel=N makes N runs at the same time on this machine.
--ray_address uses a Ray cluster that this machine is part of. Both need pip install
'keras-infogan[ray]', and write the same files. They retry a failed run at once, at most twice, from
its last checkpoint. On a cluster, all machines should share the storage of DIR, of the current
directory and of the data.
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
    "sweep", None, command.config_names(), "the experiment whose config fields --grid changes"
)
GRID = flags.DEFINE_multi_string(
    "grid",
    [],
    "FIELD=VALUE,VALUE,... for --sweep, as in information.weight=0.5,1; repeatable: every "
    "combination is a row",
)
ROWS = flags.DEFINE_list("rows", [], "names of the rows to run, comma-separated (default: all)")
study_flags.define(default_seeds="the study's own number; 1 for a sweep")
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
        raise ValueError(f"--grid should come with --sweep. Received: --study={name}")
    return STUDIES[name]


def entry_point() -> None:
    """Console script `infogan-study`."""
    command.run(main, __name__)


if __name__ == "__main__":
    entry_point()
