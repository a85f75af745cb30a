"""The flags that infogan-generate and infogan-encode share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from absl import flags

from keras_infogan.cli import path_flags

FLAGS = flags.FLAGS


def define() -> None:
    """Defines the flags for the command that calls this."""
    path_flags.define_model()
    path_flags.define_path(
        "model_base_path", None, "a model that infogan-export wrote; not with the two others"
    )
    path_flags.define_path(
        "out", None, "directory of the shards; an unfinished job in it is resumed", required=True
    )
    flags.DEFINE_enum("format", "parquet", ["parquet", "tfrecord"], "file format of the shards")
    flags.DEFINE_integer(
        "rows_per_shard", 10_000, "rows per shard; a stop loses unfinished shards", lower_bound=1
    )
    flags.DEFINE_integer(
        "threads",
        None,
        "shards made at the same time per machine (default: its number of cores)",
        lower_bound=1,
    )
    flags.DEFINE_string(
        "ray_address",
        None,
        "a Ray cluster whose machines share DIR: HOST:PORT, 'auto' or 'local' (default: no Ray)",
    )


def model() -> Path:
    """The model that the flags name."""
    from keras_infogan import bulk

    return bulk.find_model(FLAGS.workdir, FLAGS.model_base_path, FLAGS.preset)


def options() -> dict[str, Any]:
    """The arguments that `bulk.generate` and `bulk.encode` share."""
    from keras_infogan import bulk

    given = {"threads": FLAGS.threads, "ray_address": FLAGS.ray_address}
    return {
        "format": FLAGS.format,
        "rows_per_shard": FLAGS.rows_per_shard,
        "engine": bulk.Engine(**{name: value for name, value in given.items() if value}),
    }
