"""Says how many codes a data set asks for, without labels.

infogan-select --config=mnist_consistent --workdir=DIR [--categories=5,8,10,12,15]
    [--continuous=0,2] [--grid=latents.codes.NAME.size=VALUE,VALUE,... ...] [--seeds=3] [--steps=N]
    [--set=FIELD=VALUE ...] [--data_dir=DIR] [--images=N]
infogan-select ... --parallel=N | --ray_address=HOST:PORT [--threads=N] [--gpus=N]

Trains every combination of the sizes of codes over several seeds, as infogan-study does (it goes
on, tries again and runs through Ray as that command; DIR/ROW/seed_K are the runs), and compares:

- held-out nats: what a fresh recognition network reads of each code off generated images, and its
  share of H(c);
- stability: how far the seeds read the same categories off real test images, as adjusted mutual
  information, the mean and the lowest over pairs of seeds; 0 is chance, 1 the same partition.
  Beside it that of continuous codes, as squared rank correlation;
- unused categories: those of fewer than a tenth of an equal share of the images, seed by seed.

A candidate is worth picking where most seeds use all their categories, 90% of H(c) of each
categorical code is read, and continuous codes have a stability of at least 0.5 (unless those of
every candidate have less). Of those, the one of most stable categories is picked; within one
standard error of it, the one that carries the most information. Labels play no part. Writes
DIR/selection.json and DIR/report.html.
"""

from __future__ import annotations

from collections.abc import Sequence

from absl import flags

from keras_infogan.cli import command, study_flags

FLAGS = flags.FLAGS

flags.DEFINE_enum("config", None, command.config_names(), "the experiment", required=True)
flags.DEFINE_list("categories", [], "sizes of its only categorical code; 0 leaves it out")
flags.DEFINE_list("continuous", [], "sizes of its only continuous code; 0 leaves it out")
flags.DEFINE_multi_string(
    "grid",
    [],
    "latents.codes.NAME.size=VALUE,VALUE,... of an experiment with several codes; repeatable: "
    "every combination is a candidate",
)
flags.DEFINE_integer("images", 5000, "test images that codes are read off, at most", lower_bound=2)
study_flags.define(default_seeds="3")


def main(argv: Sequence[str]) -> int:
    """Runs the command; `argv` holds the program's name only."""
    from keras_infogan.reports import study_report
    from keras_infogan.selection import ranking
    from keras_infogan.selection.study import DEFAULT_SEEDS, selection_study
    from keras_infogan.studies import running

    study_flags.end_gently()
    options = study_flags.options(DEFAULT_SEEDS)
    study = selection_study(
        FLAGS.config, FLAGS.categories, FLAGS.continuous, FLAGS.grid, options.seeds
    )
    is_finished = running.run_study(study, options, study_report, study_flags.runner())
    print(ranking.rank_candidates(study, options, FLAGS.images))
    return 0 if is_finished else command.FAILURE


def entry_point() -> None:
    """Console script `infogan-select`."""
    command.run(main, __name__)


if __name__ == "__main__":
    entry_point()
