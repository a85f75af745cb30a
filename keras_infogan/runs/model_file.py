"""The trained model of a run: `model.keras`."""

from __future__ import annotations

import keras

from keras_infogan.models.infogan import InfoGAN
from keras_infogan.runs.directory import WorkDirectory
from keras_infogan.runtime.files import replace_file


def load_model(directory: WorkDirectory) -> InfoGAN:
    """Loads the trained model of a run.

    Raises:
        ValueError: the run is unfinished, or its model file is damaged.

    Examples:
        >>> directory = WorkDirectory("runs/mnist")
        >>> directory.start({"config": "mnist"})
        >>> model.save(directory.model)
        >>> load_model(directory).sample(8).shape
        (8, 28, 28, 1)
    """
    path = directory.require_model()
    try:
        return keras.saving.load_model(path)
    except Exception as error:  # zipfile, h5py and Keras each raise their own kinds
        raise ValueError(f"{path} is damaged or was not saved by keras_infogan: {error}") from error


def save_model(model: InfoGAN, directory: WorkDirectory) -> None:
    """Writes the run's `model.keras` atomically: a reader never sees a part of it."""
    replace_file(directory.model, model.save)
