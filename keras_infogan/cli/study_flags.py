"""The flags of commands that run a study, and the objects that they describe."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from typing import TYPE_CHECKING

from absl import flags

from keras_infogan.cli import path_flags

if TYPE_CHECKING:
    from keras_infogan.studies.plan import StudyOptions
    from keras_infogan.studies.running import StudyRunner

FLAGS = flags.FLAGS


def define(default_seeds: str) -> None:
    """Defines the flags; `default_seeds` describes the number of seeds without --seeds."""
    path_flags.define_workdir("the study's directory; an unfinished study in it is resumed")
    flags.DEFINE_integer(
        "seeds",
        None,
        f"runs per row, with seeds 0, 1, ... (default: {default_seeds})",
        lower_bound=1,
    )
    flags.DEFINE_integer(
        "steps", None, "generator updates per run (default: each config's own)", lower_bound=1
    )
    flags.DEFINE_multi_string(
        "set",
        [],
        "FIELD=VALUE for the config of every run, as in networks.width_multiplier=0.5; repeatable",
    )
    path_flags.define_data_dir()
    flags.DEFINE_integer(
        "parallel",
        None,
        "runs at the same time (default: 1, without Ray; with --ray_address as many as the CPUs "
        "allow)",
        lower_bound=1,
    )
    flags.DEFINE_string(
        "ray_address",
        None,
        "HOST:PORT of a Ray cluster that this machine is part of, or 'auto' to find the one that "
        "runs here",
    )
    flags.DEFINE_integer(
        "threads",
        None,
        "CPUs per run (default: an equal share of this machine's CPUs; with --ray_address 1)",
        lower_bound=1,
    )
    flags.DEFINE_float(
        "gpus",
        0.0,
        "GPUs per run through Ray; 0.5 puts two runs on one GPU; with 0 every run sees all GPUs",
        lower_bound=0.0,
    )


def end_gently() -> None:
    """Makes Ctrl-C and SIGTERM end the study gently: its current runs can save first.

    SIGINT is set too, since a shell starts background processes with SIGINT ignored.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)


def options(default_seeds: int, rows: Sequence[str] = ()) -> StudyOptions:
    """The options of the study that the flags give."""
    from keras_infogan.studies.plan import StudyOptions

    seeds = default_seeds if FLAGS.seeds is None else FLAGS.seeds
    return StudyOptions(
        FLAGS.workdir, seeds, FLAGS.data_dir, FLAGS.steps, tuple(rows), tuple(FLAGS.set)
    )


def runner() -> StudyRunner:
    """The object that makes the runs."""
    from keras_infogan.studies.processes import Executor
    from keras_infogan.studies.ray_running import RayTrials
    from keras_infogan.studies.running import SequentialRunner

    if FLAGS.ray_address is not None or (FLAGS.parallel or 1) > 1:
        return RayTrials(FLAGS.parallel, FLAGS.ray_address, FLAGS.threads, FLAGS.gpus)
    if FLAGS.gpus:
        raise ValueError(
            "--gpus should come with runs through Ray (--parallel, --ray_address). "
            f"Received: --gpus={FLAGS.gpus:g}"
        )
    return SequentialRunner(Executor(FLAGS.threads or 0))
