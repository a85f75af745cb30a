"""Runs a table of a paper (configs times seeds) and writes one page that compares.

infogan-study --study=quick --workdir=DIR [--seeds=N] [--steps=N] [--rows=NAME,...]
    [--set=FIELD=VALUE ...] [--data_dir=DIR]

Runs go one after the other, each in DIR/ROW/seed_K, a work directory as infogan-train leaves it
(the mnist networks take about half a gigabyte a run). A finished run is not repeated, an
interrupted one goes on, a failed one is tried again; a failure ends no study, but shows in the
page, in the table and in the exit status. DIR/report.html is written anew after every run.
"""

from __future__ import annotations

import signal
from collections.abc import Sequence

from absl import flags

from keras_infogan.cli import command
from keras_infogan.studies import STUDIES

STUDY = flags.DEFINE_enum(
    "study", None, list(STUDIES), f"the table to run: {', '.join(STUDIES)}", required=True
)
WORKDIR = command.define_workdir("the study's directory; an unfinished study in it goes on")
SEEDS = flags.DEFINE_integer(
    "seeds", None, "runs of each row, seeds 0, 1, ... (default: the study's own)", lower_bound=1
)
STEPS = flags.DEFINE_integer(
    "steps", None, "generator updates of every run (default: each config's own)", lower_bound=1
)
ROWS = flags.DEFINE_list("rows", [], "names of the rows to run now (default: all)")
SET = flags.DEFINE_multi_string(
    "set", [], "FIELD=VALUE of every run's config, networks.width_multiplier=0.5 say; repeatable"
)
DATA_DIR = command.define_data_dir()


def main(argv: Sequence[str]) -> int:
    """Runs the command; `argv` holds the program's name only."""
    from keras_infogan.studies import running

    # Whoever ends the study, Ctrl-C or a supervisor, ends its present run gently. Set outright,
    # since a shell starts what it puts in the background with SIGINT ignored.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    study = STUDIES[STUDY.value]
    seeds = study.seeds if SEEDS.value is None else SEEDS.value
    options = running.Options(
        WORKDIR.value, seeds, DATA_DIR.value, STEPS.value, tuple(ROWS.value), tuple(SET.value)
    )
    return 0 if running.run(study, options) else command.FAILURE


def entry_point() -> None:
    """Console script `infogan-study`."""
    command.run(main, __name__)


if __name__ == "__main__":
    entry_point()
