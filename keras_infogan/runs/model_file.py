"""The trained model of a run: `model.keras`."""

from __future__ import annotations

from keras_infogan.models.infogan import InfoGAN
from keras_infogan.models.preset_files import load_file
from keras_infogan.runs.directory import WorkDirectory
from keras_infogan.runtime.files import replace_file


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
    return load_file(directory.require_model())


def save_model(model: InfoGAN, directory: WorkDirectory) -> None:
    """Writes the run's `model.keras` atomically: a reader never sees a part of it."""
    replace_file(directory.model, model.save)
