"""Evaluates a finished run on test data: writes DIR/evaluation.json and prints it as a table.

infogan-evaluate --workdir=DIR [--metrics=codes,information] [--samples=N] [--classifier=FILE]
    [--data_dir=DIR]

Groups of metrics: codes (accuracies against labels, which value is which class, and
DIR/confusion-CODE.png), information (the bounds, in nats), attributes (what continuous codes do
to the shapes in images), held_out (the bound by a fresh recognition network), images (distances
from real ones through a classifier of them), estimates (each code's information by MINE, NWJ,
InfoNCE and SMILE; minutes, and only if asked for), disentanglement (where the data has several
labels; minutes). What does not apply to a run is left out. In brackets: 95% of bootstrap samples.
"""

from __future__ import annotations

from collections.abc import Sequence

from absl import flags

from keras_infogan.cli import command
from keras_infogan.evaluation.group_names import DEFAULT, check_groups

WORKDIR = command.define_workdir("the run's directory, as infogan-train left it")
METRICS = flags.DEFINE_list("metrics", list(DEFAULT), "the groups of metrics, comma-separated")
SAMPLES = flags.DEFINE_integer(
    "samples", None, "images to generate (default: as many as test images)", lower_bound=2
)
CLASSIFIER = flags.DEFINE_string(
    "classifier",
    None,
    "the classifier that images are seen through, trained and saved there if it is missing "
    "(default: DIR/classifier.keras); use one file for all runs that are to be compared",
)
DATA_DIR = command.define_data_dir()


def main(argv: Sequence[str]) -> None:
    """Runs the command; `argv` holds the program's name only."""
    from keras_infogan.evaluation import groups as evaluation
    from keras_infogan.runs.evaluating import evaluate_run

    groups = METRICS.value
    check_groups(groups)
    total = sum(evaluation.GROUPS[name][1] for name in groups)
    with command.progress_bar(total) as progress:
        record = evaluate_run(
            WORKDIR.value, DATA_DIR.value, groups, SAMPLES.value, CLASSIFIER.value, progress
        )
    print(evaluation.table(record))


def entry_point() -> None:
    """Console script `infogan-evaluate`."""
    command.run(main, __name__)


if __name__ == "__main__":
    entry_point()
