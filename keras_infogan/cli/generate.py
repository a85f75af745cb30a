"""Generates any number of images from codes, and writes them as shards with checksums.

infogan-generate MODEL --out=DIR --count=N [--seed=S] [--code digit=3] [--code style=0.5,-1]
infogan-generate MODEL --out=DIR --codes=TABLE.csv|TABLE.parquet

MODEL is --workdir=DIR, --preset=NAME or --model_base_path=DIR.

A row of the output has its index, its seed (S + index, or the column `seed` of the table), its
codes and its image. Equal seeds and codes give equal images. A code that is not given is drawn
from its prior. A table has one column per code; a code of several numbers is a list, which CSV
writes as "0.5,-1".

Rerun the same command to resume after a stop: complete shards are kept, and the output is
byte-identical to that of an uninterrupted run. DIR/_manifest.jsonl records the request, and the
content and SHA-256 of each shard.

With --ray_address, Ray Data makes the shards (pip install 'keras-infogan[ray]'): on a cluster whose
machines all see DIR and the model, or on this machine with --ray_address=local.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from absl import flags

from keras_infogan.cli import bulk_flags, command, path_flags

FLAGS = flags.FLAGS

bulk_flags.define()
flags.DEFINE_integer("count", None, "number of images", lower_bound=1)
flags.DEFINE_integer("seed", 0, "seed of the first row", lower_bound=0)
flags.DEFINE_multi_string("code", [], "NAME=VALUE, or NAME=VALUE,VALUE,...; repeatable")
path_flags.define_path("codes", None, "a table, .csv or .parquet, with a row per image")
flags.DEFINE_enum("image", "raw", ["raw", "png"], "write images as raw pixels, or as PNG files")


def main(argv: Sequence[str]) -> None:
    """Runs the command; `argv` holds the program's name only."""
    from keras_infogan import bulk
    from keras_infogan.cli.code_values import parse_codes

    bulk.generate(
        Path(FLAGS.out),
        bulk_flags.model(),
        FLAGS.count,
        FLAGS.seed,
        parse_codes(FLAGS.code),
        Path(FLAGS.codes) if FLAGS.codes else None,
        image=FLAGS.image,
        **bulk_flags.options(),
    )


def entry_point() -> None:
    """Console script `infogan-generate`."""
    command.run(main, __name__)


if __name__ == "__main__":
    entry_point()
