"""Which of Keras's ways to write a model these models have, and what to use in place of others."""

from __future__ import annotations

import os
from typing import Any, NoReturn

import keras

from keras_infogan.runtime.compat import writes_legacy_config


class SavedAsKeras(keras.Model):
    """A Keras model that is saved in the `.keras` format, and exported by `export_savedmodel`."""

    def save(self, filepath: Any, overwrite: bool = True, **kwargs: Any) -> None:
        """Keras's `save`, in the `.keras` format.

        Raises:
            ValueError: a path of another format.
        """
        is_path = isinstance(filepath, (str, os.PathLike))
        if is_path and kwargs.get("zipped") is not False:
            check_filepath(os.fspath(filepath))
        super().save(filepath, overwrite, **kwargs)

    def export(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Keras's `export` would write one function; a model here has several.

        Raises:
            NotImplementedError: always; it names `export_savedmodel`.
        """
        del args, kwargs
        raise NotImplementedError(
            "A SavedModel should be written by keras_infogan.export_savedmodel(model, directory), "
            "with all signatures of the model. Received: a call of model.export()"
        )


def check_filepath(filepath: str) -> None:
    """Raises a ValueError for a path of another format than `.keras`."""
    if not (filepath.endswith(".keras") or filepath.startswith("hf://")):
        raise ValueError(_sentence(filepath))


def check_config_format() -> None:
    """Raises a ValueError if Keras asks for a config to write it in the HDF5 format."""
    if writes_legacy_config():
        raise ValueError(_sentence("an HDF5 file"))


def _sentence(received: str) -> str:
    return (
        "`filepath` should end in .keras; for a SavedModel, use "
        f"keras_infogan.export_savedmodel(model, directory). Received: {received}"
    )
