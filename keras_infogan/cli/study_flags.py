"""The flags of commands that run a study, and what those commands make of them."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from typing import TYPE_CHECKING

from absl import flags

from keras_infogan.cli import command

if TYPE_CHECKING:
    from keras_infogan.studies.plan import StudyOptions
    from keras_infogan.studies.running import StudyRunner

FLAGS = flags.FLAGS


def define(default_seeds: str) -> None:
    """Defines them; `default_seeds` says how many there are without the flag."""
    command.define_workdir("the study's directory; an unfinished study in it goes on")
    flags.DEFINE_integer(
        "seeds",
        None,
        f"runs of each row, seeds 0, 1, ... (default: {default_seeds})",
        lower_bound=1,
    )
    flags.DEFINE_integer(
        "steps", None, "generator updates of every run (default: each config's own)", lower_bound=1
    )
    flags.DEFINE_multi_string(
        "set",
        [],
        "FIELD=VALUE of every run's config, networks.width_multiplier=0.5 say; repeatable",
    )
    command.define_data_dir()
    flags.DEFINE_integer(
        "parallel",
        None,
        "runs at a time (default: 1, without Ray; with --ray_address as many as there are CPUs "
        "for)",
        lower_bound=1,
    )
    flags.DEFINE_string(
        "ray_address",
        None,
        "HOST:PORT of a Ray cluster that this machine is part of, or auto for the one that runs "
        "here",
    )
    flags.DEFINE_integer(
        "threads",
        None,
        "CPUs of each run (default: an equal share of this machine's; with --ray_address 1)",
        lower_bound=1,
    )
    flags.DEFINE_float(
        "gpus",
        0.0,
        "GPUs of each run through Ray, 0.5 for two runs on one; with 0 every run sees all",
        lower_bound=0.0,
    )


def end_gently() -> None:
    """Has whoever ends the study, Ctrl-C or a supervisor, end its present runs gently.

    Set outright, since a shell starts what it puts in the background with SIGINT ignored.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)


def options(default_seeds: int, rows: Sequence[str] = ()) -> StudyOptions:
    """What the flags say of a study."""
    from keras_infogan.studies.plan import StudyOptions

    seeds = default_seeds if FLAGS.seeds is None else FLAGS.seeds
    return StudyOptions(
        FLAGS.workdir, seeds, FLAGS.data_dir, FLAGS.steps, tuple(rows), tuple(FLAGS.set)
    )


def runner() -> StudyRunner:
    """Who makes the runs."""
    from keras_infogan.studies.processes import Executor
    from keras_infogan.studies.ray_running import RayTrials
    from keras_infogan.studies.running import SequentialRunner

    if FLAGS.ray_address is not None or (FLAGS.parallel or 1) > 1:
        return RayTrials(FLAGS.parallel, FLAGS.ray_address, FLAGS.threads, FLAGS.gpus)
    if FLAGS.gpus:
        raise ValueError(
            "--gpus is of runs through Ray (--parallel, --ray_address). "
            f"Received: --gpus={FLAGS.gpus:g}"
        )
    return SequentialRunner(Executor(FLAGS.threads or 0))
