"""Trains the model that a config describes, or resumes a run that was stopped.

infogan-train --config=mnist --workdir=DIR [--config.K=V] [--data_dir=DIR] [--strategy=mirrored]

With --strategy=multi_worker, start the same command on every worker, each with its TF_CONFIG. All
workers share one work directory. If a worker is lost or does not start, the others end with status
75.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from absl import flags

from keras_infogan.cli import command, path_flags

CONFIG = command.define_config()
WORKDIR = path_flags.define_workdir("the run's directory; an unfinished run in it is resumed")
DATA_DIR = path_flags.define_data_dir()
STRATEGY = flags.DEFINE_enum(
    "strategy",
    "none",
    ["none", "mirrored", "multi_worker"],
    "divides each batch: not at all, over this machine's GPUs, or over the workers of TF_CONFIG",
)
WORKER_TIMEOUT = flags.DEFINE_float(
    "worker_timeout", 300.0, "seconds to wait for all workers", lower_bound=0.0
)


def main(argv: Sequence[str]) -> None:
    """Runs the command; `argv` holds the program's name only."""
    from keras_infogan.runs.training import train

    train(CONFIG.value, WORKDIR.value, DATA_DIR.value, STRATEGY.value, WORKER_TIMEOUT.value)


def entry_point() -> None:
    """Console script `infogan-train`."""
    try:
        command.run(main, __name__)
    except SystemExit as end:
        if flags.FLAGS.is_parsed() and STRATEGY.value == "multi_worker" and end.code:
            # On exit TensorFlow waits for the other workers, which may be gone.
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(int(end.code))
        raise


if __name__ == "__main__":
    entry_point()
