"""Models from presets, and presets from models, with KerasHub's names and files."""

from __future__ import annotations

import json
import os
import tempfile
import zipfile
from pathlib import Path
from typing import Any, Self

import h5py
import keras
import numpy as np
from packaging.version import InvalidVersion, Version

from keras_infogan.models.twins import inference_twin
from keras_infogan.runtime.files import read_json, replace_file, unwritable, user_path, write_json
from keras_infogan.trained import preset as files

UNKNOWN_CLASS = "Could not locate class"  # Keras's error if no imported module registered it


class FromPreset:
    """The part of a model that reads and writes presets."""

    @classmethod
    def from_preset(cls, preset: str | os.PathLike[str]) -> Self:
        """A trained model.

        It samples and recognizes as the model that was trained. To train it further, call `compile`
        and `fit`; it has no regularizers.

        Args:
            preset: a name that `keras_infogan.presets()` lists, the path of a directory that
                `save_to_preset` wrote, the path of a `.keras` file, or "hf://USER/REPOSITORY".

        Raises:
            ValueError: there is no such preset, or it is damaged, of another class, or from a newer
                version of Keras that this one cannot read.
            ImportError: a preset on the hub, without the package huggingface_hub.
            OSError: the hub does not have it, or cannot be reached.

        Examples:
            >>> model = infogan.InfoGAN.from_preset("mnist_consistent")
            >>> model.sample(8, codes={"digit": 3}).shape
            (8, 28, 28, 1)
        """
        model = load_file(files.find_preset(preset))
        if not isinstance(model, cls):
            raise ValueError(
                f"The preset should hold a model of the class {cls.__name__}. "
                f"Received: {os.fspath(preset)}, with one of {type(model).__name__}"
            )
        return model

    def save_to_preset(
        self, preset_dir: str | os.PathLike[str], data: str = "", data_license: str = ""
    ) -> None:
        """Writes the model's weights for use: what `sample`, `recognize` and the export need.

        Weights of more than one dimension are float16, the others float32. Averages, optimizers and
        the networks of regularizers are left out. `config.json`, `model.weights.h5` and
        `metadata.json` are Keras's own format of a directory, so that
        `keras.saving.load_model(preset_dir)` reads it too.

        Args:
            preset_dir: the directory, made if it is missing; files in it are replaced. `~` is the
                home directory.
            data: the name of the data that the model was trained on.
            data_license: the terms of that data.

        Raises:
            OSError: the directory cannot be written.

        Examples:
            >>> model.save_to_preset("digits")
            >>> infogan.InfoGAN.from_preset("digits").sample(8).shape
            (8, 28, 28, 1)
        """
        directory = user_path(preset_dir)
        model: Any = self
        twin = inference_twin(model)
        try:
            directory.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=directory, prefix=".") as temporary:
                written = Path(temporary)
                keras.saving.save_model(twin, written, zipped=False)
                metadata = {
                    **read_json(written / files.METADATA_FILE),
                    "parameter_count": twin.count_params(),
                    "data": data,
                    "data_license": data_license,
                }
                write_json(written / files.METADATA_FILE, metadata)
                weights = written / files.WEIGHTS_FILE
                replace_file(weights, lambda path: _halve(weights, path))
                for name in (files.CONFIG_FILE, files.METADATA_FILE, files.WEIGHTS_FILE):
                    os.replace(written / name, directory / name)
        except OSError as error:
            raise unwritable(directory, error) from error


def upload_preset(uri: str, preset: str | os.PathLike[str]) -> str:
    """Uploads a preset to the Hugging Face hub.

    Args:
        uri: "hf://USER/REPOSITORY"; the repository is made if it is missing.
        preset: a directory that `save_to_preset` or `infogan-export --format=preset` wrote.

    Returns:
        The address of the repository.

    Raises:
        ValueError: another address, or no preset in the directory.
        ImportError: the package huggingface_hub is missing.
        OSError: the hub refuses, or cannot be reached.
    """
    path = files.find_preset(preset)
    if not path.is_dir():
        raise ValueError(f"A preset to upload should be a directory. Received: {path}")
    return files.upload(path, uri)


def load_file(path: Path) -> Any:
    """The model in a `.keras` file, or in a directory with the same files.

    Raises:
        ValueError: the file is damaged, or the module of one of the model's classes was not
            imported, or a newer version of Keras wrote it.
    """
    try:
        return keras.saving.load_model(path)
    except Exception as error:  # zipfile, h5py and Keras each raise their own kinds
        reason = _without_config(str(error))
        if isinstance(error, UnboundLocalError):  # Keras's own, after it could not open a file
            reason = "its weights are in no format that Keras reads"
        if reason.startswith(UNKNOWN_CLASS):
            message = f"{path} cannot be loaded. {reason}"
        else:
            message = f"{path} is damaged or was not saved by keras_infogan: {reason}"
        raise ValueError(_of_newer_keras(path) + message) from error


def _of_newer_keras(path: Path) -> str:
    """A sentence if a newer version of Keras wrote a model file; otherwise nothing."""
    version = str(_metadata(path).get("keras_version", ""))
    try:
        if Version(version) <= Version(keras.__version__):
            return ""
    except InvalidVersion:
        return ""
    return f"{path} was saved by Keras {version}, and this is Keras {keras.__version__}. "


def _metadata(path: Path) -> dict[str, Any]:
    """The metadata of a model file; empty if it cannot be read."""
    try:
        if path.is_dir():
            return read_json(path / files.METADATA_FILE)
        with zipfile.ZipFile(path) as archive:
            return dict(json.loads(archive.read(files.METADATA_FILE)))
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return {}


def _without_config(message: str) -> str:
    """An error message of Keras without the config of the model, which fills pages."""
    message = message.rpartition("Exception encountered: ")[2].partition(" Full object config")[0]
    return message.partition(" List of objects")[0].partition("\n\n")[0]


def _halve(weights: Path, path: Path) -> None:
    """Copies weights with matrices in float16, if all their values are in its range."""
    with h5py.File(weights) as source, h5py.File(path, "w") as target:

        def copy(name: str, item: Any) -> None:
            if isinstance(item, h5py.Group):
                target.require_group(name).attrs.update(item.attrs)
                return
            values = np.asarray(item)
            is_matrix = values.ndim > 1 and values.dtype == np.float32
            if is_matrix and np.abs(values).max(initial=0.0) < np.finfo(np.float16).max:
                values = values.astype(np.float16)
            target.create_dataset(name, data=values).attrs.update(item.attrs)

        target.attrs.update(source.attrs)
        source.visititems(copy)
