"""Evaluates a finished run on test data: writes OUT/evaluation.json and prints it as a table.

infogan-evaluate --workdir=DIR|--preset=NAME [--metrics=codes,information] [--samples=N]
    [--classifier=FILE] [--data_dir=DIR] [--data_path=DIR] [--out=DIR]

Groups of metrics:
- codes: accuracies against labels, the class of each value, and OUT/confusion-CODE.png;
- information: the bounds on the mutual information, in nats;
- attributes: how continuous codes change the shapes in images;
- attribute_table: the best code for each label of two values, against shuffled labels;
- cycles: whether circular codes follow labels that go around, such as an angle;
- given: the share of generated images that show what they were given: a class, a text, an image;
- shown (*): whether a drawn code sets a true factor in the image, as a new network reads it;
- videos: how still the background of generated videos is;
- story: whether each frame shows the object of its sentence, and later ones keep it;
- keypoints: how far keypoints in generated images are from where they should be;
- reconstruction (*): of a BiGAN, the error of an image made again from its own codes and noise;
- held_out: the bound by a newly trained recognition network;
- images: distances between generated and real images, in the features of a classifier;
- estimates (*): each code's information by MINE, NWJ, InfoNCE and SMILE;
- disentanglement: for data with several labels. It takes minutes.
Those with (*) train a network for minutes, and run only if --metrics names them. Groups that do
not apply to a run are left out, and the reason is printed. Numbers in brackets are 95% bootstrap
confidence intervals.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from absl import flags

from keras_infogan.cli import command, path_flags
from keras_infogan.evaluation.group_names import DEFAULT, check_groups

if TYPE_CHECKING:
    from keras_infogan.runs.directory import WorkDirectory

path_flags.define_model()
OUT = path_flags.define_path(
    "out",
    None,
    "directory for the scores, the pictures and the classifier (default: the run's directory; with "
    "--preset nothing is kept but the file of --classifier)",
)
METRICS = flags.DEFINE_list("metrics", list(DEFAULT), "groups of metrics, comma-separated")
SAMPLES = flags.DEFINE_integer(
    "samples", None, "images to generate (default: as many as test images)", lower_bound=2
)
CLASSIFIER = path_flags.define_path(
    "classifier",
    None,
    "file of the classifier whose features compare images; trained and saved if it is missing "
    "(default: OUT/classifier.keras). Use the same file for all runs that you compare. A network "
    "that reads labels is kept beside it, as X_labels.keras of X.keras",
)
DATA_DIR = path_flags.define_data_dir()
DATA_PATH = path_flags.define_data_path()


def main(argv: Sequence[str]) -> None:
    """Runs the command; `argv` holds the program's name only."""
    from keras_infogan.evaluation import groups as evaluation
    from keras_infogan.runs.evaluating import evaluate_run

    groups, notes = METRICS.value, list[str]()
    check_groups(groups)
    directory = path_flags.chosen_directory()
    total = sum(evaluation.GROUPS[name][1] for name in groups)
    with _out(directory) as out, command.progress_bar(total) as progress:
        record = evaluate_run(
            directory,
            DATA_DIR.value,
            groups,
            SAMPLES.value,
            CLASSIFIER.value,
            progress,
            DATA_PATH.value,
            notes.append,
            out,
        )
    print(*notes, sep="\n", end="\n" if notes else "")
    print(evaluation.table(record))


@contextlib.contextmanager
def _out(directory: WorkDirectory) -> Iterator[Path]:
    """The directory of what is written; a temporary one for a preset."""
    from keras_infogan.runtime.files import unwritable

    if OUT.value is None and flags.FLAGS.preset is None:
        yield directory.path
    elif OUT.value is None:
        with tempfile.TemporaryDirectory(prefix="infogan-evaluate-") as temporary:
            yield Path(temporary)
    else:
        out = Path(OUT.value)
        try:
            out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise unwritable(out, error) from error
        yield out


def entry_point() -> None:
    """Console script `infogan-evaluate`."""
    command.run(main, __name__)


if __name__ == "__main__":
    entry_point()
