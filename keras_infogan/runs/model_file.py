"""The trained model of a run: `model.keras`."""

from __future__ import annotations

import keras

from keras_infogan.models.infogan import InfoGAN
from keras_infogan.runs.directory import WorkDirectory
from keras_infogan.runtime.files import replace_file

UNKNOWN_CLASS = "Could not locate class"  # Keras's error if no imported module registered it


def load_model(directory: WorkDirectory) -> InfoGAN:
    """Loads the trained model of a run.

    Raises:
        ValueError: the run is unfinished, its model file is damaged, or the module of one of the
            model's classes was not imported.

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
        reason = _without_config(str(error))
        if reason.startswith(UNKNOWN_CLASS):
            raise ValueError(f"{path} cannot be loaded. {reason}") from error
        raise ValueError(
            f"{path} is damaged or was not saved by keras_infogan: {reason}"
        ) from error


def save_model(model: InfoGAN, directory: WorkDirectory) -> None:
    """Writes the run's `model.keras` atomically: a reader never sees a part of it."""
    replace_file(directory.model, model.save)


def _without_config(message: str) -> str:
    """An error message of Keras without the config of the model, which fills pages."""
    return message.rpartition("Exception encountered: ")[2].partition(" Full object config")[0]
