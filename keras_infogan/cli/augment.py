"""Makes a labeled dataset of generated images, and measures how much it helps a classifier.

infogan-augment --workdir=DIR --out=DIR [--labels_per_class=1,5,10,100] [--draws=5]
    [--images_per_category=1000] [--updates=1000] [--code=digit] [--label=NAME]
    [--matching=FILE.json] [--seed=0] [--data_dir=DIR] [--data_path=DIR]

Each value of the run's categorical code is matched with a class. Either a few labeled training
images vote: the recognition network reads their codes. Or FILE gives the class of each value, as
{"0": 3, "1": 7, ...}; null is for a value that matches no class.

The table shows three accuracies on the test split, over several draws of the labeled images:
1. a classifier trained on the labeled images alone;
2. the same classifier, trained on batches that are half labeled and half generated images;
3. the recognition network, with each value read as its class.
Both classifiers are trained for the same number of updates. The last number of a line is the share
of values whose class is the one that a vote of all test labels gives.

OUT/dataset holds the generated images as a TFDS dataset: load_images("generated", "train",
"OUT/dataset"). Its classes are those of FILE, or those of the first draw with the most labels.
OUT/generated.png has one row per class. OUT/augmentation.json holds every number. Rerun the same
command to resume after a stop.
"""

from __future__ import annotations

from collections.abc import Sequence

from absl import flags

from keras_infogan.cli import command, path_flags

WORKDIR = path_flags.define_workdir("the run's directory, as infogan-train left it")
OUT = path_flags.define_path("out", None, "the directory to write to", required=True)
LABELS_PER_CLASS = flags.DEFINE_list(
    "labels_per_class", ["1", "5", "10", "100"], "labeled images per class, comma-separated"
)
DRAWS = flags.DEFINE_integer("draws", 5, "draws per entry of --labels_per_class", lower_bound=1)
IMAGES_PER_CATEGORY = flags.DEFINE_integer(
    "images_per_category", 1000, "generated images per value of the code", lower_bound=1
)
UPDATES = flags.DEFINE_integer(
    "updates", 1000, "updates per classifier, with batches of 64", lower_bound=1
)
CODE = flags.DEFINE_string("code", None, "the categorical code (default: the only one)")
LABEL = flags.DEFINE_string(
    "label", None, "the label to use as class (default: the config's, or the only one)"
)
MATCHING = path_flags.define_path(
    "matching", None, "a JSON file: the class of each value of the code"
)
SEED = flags.DEFINE_integer("seed", 0, "the seed of all random draws", lower_bound=0)
DATA_DIR = path_flags.define_data_dir()
DATA_PATH = path_flags.define_data_path()


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
            DATA_PATH.value,
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
