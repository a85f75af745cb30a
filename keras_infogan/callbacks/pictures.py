"""Writes traversal pictures while a model trains."""

from __future__ import annotations

import os
from typing import Any

import keras

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

    Raises:
        ValueError: `every` is below 1.

    Examples:
        >>> history = model.fit(images, epochs=1, verbose=0, callbacks=[TraversalImages("logs")])
        >>> len(list(Path("logs").glob("*.png")))   # one per code
        2
    """

    def __init__(
        self, directory: str | os.PathLike[str], every: int = 1, rows: int = 10, seed: int = 0
    ):
        super().__init__()
        self.directory = user_path(directory)
        self.every = checked_count("every", every, 1)
        self.rows = rows
        self.seed = seed

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
