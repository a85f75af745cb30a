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

import signal
from collections.abc import Sequence
from typing import TYPE_CHECKING

from absl import flags

from keras_infogan.cli import command
from keras_infogan.studies import STUDIES, Study

if TYPE_CHECKING:
    from keras_infogan.studies.running import Runner

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
WORKDIR = command.define_workdir("the study's directory; an unfinished study in it goes on")
SEEDS = flags.DEFINE_integer(
    "seeds",
    None,
    "runs of each row, seeds 0, 1, ... (default: the study's own, 1 of a sweep)",
    lower_bound=1,
)
STEPS = flags.DEFINE_integer(
    "steps", None, "generator updates of every run (default: each config's own)", lower_bound=1
)
ROWS = flags.DEFINE_list("rows", [], "names of the rows to run now (default: all)")
SET = flags.DEFINE_multi_string(
    "set", [], "FIELD=VALUE of every run's config, networks.width_multiplier=0.5 say; repeatable"
)
DATA_DIR = command.define_data_dir()
PARALLEL = flags.DEFINE_integer(
    "parallel",
    None,
    "runs at a time (default: 1, without Ray; with --ray_address as many as there are CPUs for)",
    lower_bound=1,
)
RAY_ADDRESS = flags.DEFINE_string(
    "ray_address",
    None,
    "HOST:PORT of a Ray cluster that this machine is part of, or auto for the one that runs here",
)
THREADS = flags.DEFINE_integer(
    "threads",
    None,
    "CPUs of each run (default: an equal share of this machine's; with --ray_address 1)",
    lower_bound=1,
)
GPUS = flags.DEFINE_float(
    "gpus",
    0.0,
    "GPUs of each run through Ray, 0.5 for two runs on one; with 0 every run sees all",
    lower_bound=0.0,
)
flags.mark_flags_as_mutual_exclusive(["study", "sweep"], required=True)


def main(argv: Sequence[str]) -> int:
    """Runs the command; `argv` holds the program's name only."""
    from keras_infogan.studies import running
    from keras_infogan.studies.plan import Options

    # Whoever ends the study, Ctrl-C or a supervisor, ends its present runs gently. Set outright,
    # since a shell starts what it puts in the background with SIGINT ignored.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    study = _study()
    seeds = study.seeds if SEEDS.value is None else SEEDS.value
    options = Options(
        WORKDIR.value, seeds, DATA_DIR.value, STEPS.value, tuple(ROWS.value), tuple(SET.value)
    )
    return 0 if running.run(study, options, _runner()) else command.FAILURE


def _study() -> Study:
    from keras_infogan.studies.sweep import sweep

    if SWEEP.value is not None:
        return sweep(SWEEP.value, GRID.value)
    name = str(STUDY.value)
    if GRID.value:
        raise ValueError(f"--grid is of --sweep. Received: --study={name}")
    return STUDIES[name]


def _runner() -> Runner:
    from keras_infogan.studies.processes import Executor
    from keras_infogan.studies.ray_running import RayTrials
    from keras_infogan.studies.running import Successively

    if RAY_ADDRESS.value is not None or (PARALLEL.value or 1) > 1:
        return RayTrials(PARALLEL.value, RAY_ADDRESS.value, THREADS.value, GPUS.value)
    if GPUS.value:
        raise ValueError(
            "--gpus is of runs through Ray (--parallel, --ray_address). "
            f"Received: --gpus={GPUS.value:g}"
        )
    return Successively(Executor(THREADS.value or 0))


def entry_point() -> None:
    """Console script `infogan-study`."""
    command.run(main, __name__)


if __name__ == "__main__":
    entry_point()
