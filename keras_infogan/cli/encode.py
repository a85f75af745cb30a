"""Reads the codes off images, any number of them, into shards with checksums.

infogan-encode --workdir=DIR|--model_base_path=DIR --out=DIR --images=FOLDER
infogan-encode --workdir=DIR|--model_base_path=DIR --out=DIR --dataset=mnist [--split=test]
    [--data_dir=DIR]
infogan-encode --workdir=DIR|--model_base_path=DIR --out=DIR --parquet=PATH [--column=image]

Images are the PNG and JPEG files below a folder, a TFDS dataset, or a column of Parquet files that
holds such files or, as infogan-generate writes it, pixels. A row has the image's index (and of a
folder its file), the value of each categorical code and the probabilities of all its values, mean
and standard deviation of each other code.

The same command goes on where it was stopped: shards that are whole are kept, and DIR ends as it
would have ended, byte for byte. DIR/_manifest.jsonl says what was asked for and what each shard
holds, with its SHA-256.

With --ray_address, Ray Data makes the shards (pip install 'keras-infogan[ray]'): on a cluster whose
machines all see DIR and the model, or with "local" on this machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from absl import flags

from keras_infogan.cli import bulk_flags, command

FLAGS = flags.FLAGS

bulk_flags.define()
command.define_data_dir()
flags.DEFINE_string("images", None, "a folder of PNG and JPEG files; its sub-folders count")
flags.DEFINE_string("dataset", None, "a TFDS dataset, instead")
flags.DEFINE_string("split", "test", "of --dataset")
flags.DEFINE_string("parquet", None, "a Parquet file or a folder of them, instead")
flags.DEFINE_string("column", "image", "of --parquet")


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
        return bulk.parquet_images(Path(FLAGS.parquet), FLAGS.column)
    return bulk.folder_images(Path(FLAGS.images))


def entry_point() -> None:
    """Console script `infogan-encode`."""
    command.run(main, __name__)


if __name__ == "__main__":
    entry_point()
