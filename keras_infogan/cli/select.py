"""Finds the number and size of codes that suit a data set, without labels.

infogan-select --config=mnist_consistent --workdir=DIR [--categories=5,8,10,12,15]
    [--continuous=0,2] [--grid=latents.codes.NAME.size=VALUE,VALUE,... ...] [--seeds=3] [--steps=N]
    [--set=FIELD=VALUE ...] [--data_dir=DIR] [--images=N]
infogan-select ... --parallel=N | --ray_address=HOST:PORT [--threads=N] [--gpus=N]

Trains every combination of code sizes with several seeds. It resumes, retries failed runs and uses
Ray as infogan-study does; the runs are in DIR/ROW/seed_K. Then it compares:

- held-out nats: the information about each code that a newly trained recognition network finds in
  generated images, also as a share of H(c);
- stability: how well the seeds agree on the categories of real test images. It is the adjusted
  mutual information, its mean and its minimum over pairs of seeds: 0 is chance, 1 is the same
  partition. For continuous codes it is the squared rank correlation;
- unused categories, per seed: those with less than a tenth of an equal share of the images.

A candidate is accepted if most seeds use all their categories, the held-out nats reach 90% of H(c)
for each categorical code, and continuous codes have a stability of at least 0.5 (unless no
candidate reaches that). The rule finds the accepted candidate with the most stable categories, and
all accepted candidates within one standard error of it. Of these it selects the one with the most
information. Labels are not used. Writes DIR/selection.json and DIR/report.html.
"""

from __future__ import annotations

from collections.abc import Sequence

from absl import flags

from keras_infogan.cli import command, study_flags

FLAGS = flags.FLAGS

flags.DEFINE_enum("config", None, command.config_names(), "the experiment", required=True)
flags.DEFINE_list(
    "categories", [], "sizes to try, for a config with one categorical code; 0 removes the code"
)
flags.DEFINE_list(
    "continuous", [], "sizes to try, for a config with one continuous code; 0 removes the code"
)
flags.DEFINE_multi_string(
    "grid",
    [],
    "latents.codes.NAME.size=VALUE,VALUE,... for an experiment with several codes; repeatable: "
    "every combination is a candidate",
)
flags.DEFINE_integer("images", 5000, "maximum number of test images", lower_bound=2)
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
