"""Makes a labeled dataset of generated images, and measures what it is worth to a classifier.

infogan-augment --workdir=DIR --out=DIR [--labels_per_class=1,5,10,100] [--draws=5]
    [--images_per_category=1000] [--updates=1000] [--code=digit] [--label=NAME]
    [--matching=FILE.json] [--seed=0] [--data_dir=DIR]

Each value of the run's categorical code gets a class: the one that a few labeled training images,
as the recognition network reads them, vote for, or the one that FILE gives it,
{"0": 3, "1": 7, ...} with null for a value that is good for none.

The table tests on the test split, over draws of the labeled images: a classifier trained on them
alone; the same on batches half of them, half of generated images; and the recognition network,
each value read as its class. Both trainings take the same number of updates. Last in a line is the
share of values that got the class which all test labels vote for.

OUT/dataset is the generated images for TFDS, load_images("generated", "train", "OUT/dataset") say,
with the classes of FILE, or of the first draw of the most labels; OUT/generated.png shows a row a
class; OUT/augmentation.json holds every number. The same command goes on where it was stopped.
"""

from __future__ import annotations

from collections.abc import Sequence

from absl import flags

from keras_infogan.cli import command

WORKDIR = command.define_workdir("the run's directory, as infogan-train left it")
OUT = flags.DEFINE_string("out", None, "the directory for what is made", required=True)
LABELS_PER_CLASS = flags.DEFINE_list(
    "labels_per_class", ["1", "5", "10", "100"], "labeled images of each class, comma-separated"
)
DRAWS = flags.DEFINE_integer("draws", 5, "of the labeled images, for each number", lower_bound=1)
IMAGES_PER_CATEGORY = flags.DEFINE_integer(
    "images_per_category", 1000, "generated images of each value of the code", lower_bound=1
)
UPDATES = flags.DEFINE_integer("updates", 1000, "of each classifier, of 64 images", lower_bound=1)
CODE = flags.DEFINE_string("code", None, "the categorical code (default: the only one)")
LABEL = flags.DEFINE_string(
    "label", None, "the label that is the classes (default: the config's, or else the only one)"
)
MATCHING = flags.DEFINE_string("matching", None, "a JSON file: the class of each value of the code")
SEED = flags.DEFINE_integer("seed", 0, "of everything drawn", lower_bound=0)
DATA_DIR = command.define_data_dir()


def main(argv: Sequence[str]) -> None:
    """Runs the command; `argv` holds the program's name only."""
    from keras_infogan import augmentation

    settings = augmentation.AugmentationSettings(
        _numbers(), DRAWS.value, IMAGES_PER_CATEGORY.value, UPDATES.value, SEED.value
    )
    total = 2 * settings.draws * len(settings.labels_per_class)
    with command.progress_bar(total) as progress:
        record = augmentation.augment_run(
            WORKDIR.value,
            OUT.value,
            settings,
            CODE.value,
            LABEL.value,
            MATCHING.value,
            DATA_DIR.value,
            lambda name: progress(1, name),
        )
    print(augmentation.table(record))


def _numbers() -> list[int]:
    try:
        return sorted({int(text) for text in LABELS_PER_CLASS.value})
    except ValueError as error:
        raise ValueError(
            "--labels_per_class should be whole numbers, comma-separated. "
            f"Received: {','.join(LABELS_PER_CLASS.value)}"
        ) from error


def entry_point() -> None:
    """Console script `infogan-augment`."""
    command.run(main, __name__)


if __name__ == "__main__":
    entry_point()
