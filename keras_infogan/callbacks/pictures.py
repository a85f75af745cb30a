"""Writes traversal pictures while a model trains."""

from __future__ import annotations

import os
from typing import Any

import keras
import tensorflow as tf

from keras_infogan.callbacks.summaries import summary_writer
from keras_infogan.evaluation.pictures import samples_picture, traversal_picture, write_png
from keras_infogan.runtime.arguments import checked_count
from keras_infogan.runtime.files import user_path

Logs = Any


class TraversalImages(keras.callbacks.Callback):
    """Writes a traversal picture of every code at the end of an epoch.

    The files are `DIRECTORY/CODE-STEP.png`. Each column is a value of the code, and each row
    has its own draw of all other latents. For a model without codes the file is `samples-STEP.png`.

    Args:
        directory: made if it is missing.
        every: epochs from one picture to the next, int >= 1.
        rows: of a picture, each with its own draw of the other latents.
        seed: int, so that pictures of different epochs show the same latents.
        log_dir: TensorBoard's directory; then its page shows the pictures too. None writes files
            alone.

    Raises:
        ValueError: `every` is below 1.

    Examples:
        >>> history = model.fit(images, epochs=1, verbose=0, callbacks=[TraversalImages("logs")])
        >>> len(list(Path("logs").glob("*.png")))   # one per code
        2
    """

    def __init__(
        self,
        directory: str | os.PathLike[str],
        every: int = 1,
        rows: int = 10,
        seed: int = 0,
        log_dir: str | os.PathLike[str] | None = None,
    ):
        super().__init__()
        self.directory = user_path(directory)
        self.every = checked_count("every", every, 1)
        self.rows = rows
        self.seed = seed
        self.log_dir = log_dir
        self._writer: Any = None

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        if (epoch + 1) % self.every:
            return
        self.directory.mkdir(parents=True, exist_ok=True)
        step = self.model.steps_done
        pictures = {
            name: traversal_picture(self.model, name, self.rows, seed=self.seed)
            for name in self.model.latents.codes
        } or {"samples": samples_picture(self.model, self.rows, seed=self.seed)}
        for name, picture in pictures.items():
            write_png(self.directory / f"{name}-{step:07d}.png", picture)
        if self.log_dir is not None:
            self._writer = self._writer or summary_writer(self.log_dir)
            with self._writer.as_default(step):
                for name, picture in pictures.items():
                    tf.summary.image(f"traversal/{name}", picture[None])
            self._writer.flush()

    def on_train_end(self, logs: Logs = None) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None
