"""The flags for model cards, which infogan-report and infogan-export share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from absl import flags

from keras_infogan.cli import path_flags

if TYPE_CHECKING:
    from keras_infogan.runs.directory import WorkDirectory
    from keras_infogan.trained import Terms

FLAGS = flags.FLAGS


def define() -> None:
    """Defines the flags for the command that calls this."""
    flags.DEFINE_string("data", None, "for the model card: what the data is called")
    flags.DEFINE_string("data_license", None, "for the model card: the license of the data")
    flags.DEFINE_multi(
        path_flags.PathParser(),
        flags.ArgumentSerializer(),
        "other_seed",
        [],
        "for the model card: an evaluated run of the same config with another seed; repeatable",
    )


def terms() -> Terms | None:
    """The name and the license of the data, if the flags give them."""
    from keras_infogan.trained import Terms

    if (FLAGS.data is None) != (FLAGS.data_license is None):
        raise ValueError(
            "--data and --data_license should come together. "
            f"Received: --data={FLAGS.data}, --data_license={FLAGS.data_license}"
        )
    return Terms(FLAGS.data, FLAGS.data_license) if FLAGS.data else None


def other_seeds() -> list[WorkDirectory]:
    """The runs of other seeds that the flags name."""
    from keras_infogan.runs.directory import WorkDirectory

    return [WorkDirectory(path) for path in FLAGS.other_seed]
