"""Reads the codes of any number of images, and writes them as shards with checksums.

infogan-encode MODEL --out=DIR --images=FOLDER [--background=COLOR]
infogan-encode MODEL --out=DIR --dataset=mnist [--split=test] [--data_dir=DIR]
infogan-encode MODEL --out=DIR --parquet=PATH [--column=image] [--background=COLOR]

MODEL is --workdir=DIR, --preset=NAME or --model_base_path=DIR. Images are the picture files in a
folder, a TFDS dataset, or a column of Parquet files. The column holds picture files, or pixels as
infogan-generate writes them. A row of the output has:
- the index of the image, and its file name if it is from a folder;
- the value of each categorical code, and the probability of each of its values;
- the mean and the standard deviation of each other code.

Rerun the same command to resume after a stop: complete shards are kept, and the output is
byte-identical to that of an uninterrupted run. DIR/_manifest.jsonl records the request, and the
content and SHA-256 of each shard.

With --ray_address, Ray Data makes the shards (pip install 'keras-infogan[ray]'): on a cluster whose
machines all see DIR and the model, or on this machine with --ray_address=local.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from absl import flags

from keras_infogan.cli import bulk_flags, command, path_flags

FLAGS = flags.FLAGS

bulk_flags.define()
path_flags.define_data_dir()
path_flags.define_path("images", None, "a folder of images, including its subfolders")
flags.DEFINE_string("dataset", None, "a TFDS dataset; not with --images or --parquet")
flags.DEFINE_string("split", "test", "the split of --dataset")
path_flags.define_path("parquet", None, "a Parquet file, or a folder of such files")
flags.DEFINE_string(
    "background",
    None,
    "the color behind transparent parts of pictures: a name or #rrggbb (default: that of the "
    "run; white with --model_base_path)",
)
flags.DEFINE_string("column", "image", "the column of --parquet that holds the images")


def main(argv: Sequence[str]) -> None:
    """Runs the command; `argv` holds the program's name only."""
    from keras_infogan import bulk

    bulk.encode(Path(FLAGS.out), bulk_flags.model(), _images(), **bulk_flags.options())


def _images() -> Any:
    """The images that the flags name."""
    from keras_infogan import bulk

    given = [name for name in ("images", "dataset", "parquet") if FLAGS[name].value]
    if len(given) != 1:
        raise ValueError(
            "Images should come from one of --images, --dataset and --parquet. "
            f"Received: {', '.join(given) or 'none of them'}"
        )
    if FLAGS.dataset:
        return bulk.dataset_images(FLAGS.dataset, FLAGS.split, FLAGS.data_dir)
    if FLAGS.parquet:
        return bulk.parquet_images(Path(FLAGS.parquet), FLAGS.column, _background())
    return bulk.folder_images(Path(FLAGS.images), _background())


def _background() -> str:
    """The color that the flag names; else that of the run, whose pictures had it in training."""
    from keras_infogan.datasets.picture import BACKGROUND

    if FLAGS.background:
        return str(FLAGS.background)
    if FLAGS.model_base_path:
        return BACKGROUND
    directory = path_flags.chosen_directory()
    if FLAGS.preset and not directory.config.is_file():
        return BACKGROUND
    return str(directory.read_config()["data"]["background"])


def entry_point() -> None:
    """Console script `infogan-encode`."""
    command.run(main, __name__)


if __name__ == "__main__":
    entry_point()
