"""What TensorBoard shows besides numbers: pictures, and the config as text."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from typing import Any

import keras
import tensorflow as tf

from keras_infogan.runtime.files import user_path

FOLDER = "pictures"  # next to the folders "train" and "validation" of Keras's own callback


class ConfigText(keras.callbacks.Callback):
    """Shows a config as text in TensorBoard, once training begins.

    Args:
        log_dir: TensorBoard's directory.
        config: nested dicts of values that JSON takes.

    Examples:
        >>> callback = ConfigText("logs", {"steps": 2000})
        >>> history = model.fit(images, verbose=0, callbacks=[callback])
        >>> len(list(Path("logs").rglob("events.*")))
        1
    """

    def __init__(self, log_dir: str | os.PathLike[str], config: Mapping[str, Any]):
        super().__init__()
        self.log_dir = log_dir
        self.config = config

    def on_train_begin(self, logs: Any = None) -> None:
        lines = json.dumps(self.config, indent=2).splitlines()
        writer = summary_writer(self.log_dir)
        with contextlib.closing(writer), writer.as_default(self.model.steps_done):
            # Markdown shows indented lines as they are.
            tf.summary.text("config", "\n".join(f"    {line}" for line in lines))


def summary_writer(log_dir: str | os.PathLike[str]) -> Any:
    """A writer of what TensorBoard shows besides numbers."""
    return tf.summary.create_file_writer(str(user_path(log_dir) / FOLDER))
