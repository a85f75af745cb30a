"""The images and labels of a run, as its config names them."""

from __future__ import annotations

import copy
import os
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from keras_infogan import datasets
from keras_infogan.runs.directory import WorkDirectory
from keras_infogan.runs.pictures import absolute_path

SPLITS = ("train_split", "test_split")
# Fields of `config.data` that `datasets.load_images` takes under the same name.
_SETTINGS = ("path", "image_size", "channels", "background", "test_share", "skip_damaged")


def load_splits(config: Any, data_dir: str | None = None) -> tuple[Any, Any]:
    """The training and the test images of a config, with their labels.

    Args:
        config: a ConfigDict as the files in `configs/` return it.
        data_dir: TFDS's data_dir; None is TFDS's own choice.

    Returns:
        Two `datasets.LabeledImages`.

    Raises:
        ValueError: an unknown dataset or split.
        OSError: the data cannot be read.
    """
    data = config.data.to_dict()
    training, test = (load_split(data, split, data_dir) for split in SPLITS)
    return training, test


def load_split(data: Mapping[str, Any], split: str, data_dir: str | None = None) -> Any:
    """A split of a run's data, as `datasets.LabeledImages`.

    Args:
        data: the run's `config.data`. Optional fields may be missing.
        split: "train_split" or "test_split".
        data_dir: TFDS's data_dir; None is TFDS's own choice.
    """
    settings = {name: data[name] for name in _SETTINGS if name in data}
    return datasets.load_images(data["name"], data[split], data_dir, **settings)


def find_data(directory: WorkDirectory, path: str | None = None) -> dict[str, Any]:
    """The `config.data` of a run, with the place where its images are now.

    Args:
        directory: of the run.
        path: the new place of its folder or arrays; None is the place in the config.

    Raises:
        ValueError: the directory holds no run, or a path is given and its data has none.
        OSError: the images are not there.
    """
    data = dict(directory.read_config()["data"])
    if path is not None and data["name"] not in datasets.AT_A_PATH:
        raise ValueError(
            "--data_path should come with a run on a folder of images or on arrays. "
            f"Received: {path} for a run on {data['name']!r}"
        )
    data["path"] = absolute_path(path) if path else data["path"]
    if data["name"] in datasets.AT_A_PATH and not data["path"]:
        raise ValueError(
            "--data_path should name the folder or the arrays: a preset has no data. "
            f"Received: none, for {data['name']!r}"
        )
    if data["path"] and not os.path.exists(os.path.expanduser(data["path"])):
        raise OSError(
            "The run's data should be there, or --data_path name its new place. "
            f"Received: {data['path']}, which does not exist"
        )
    return data


def load_test_images(directory: WorkDirectory, data_dir: str | None = None) -> np.ndarray:
    """The images of a run's test split, [N, H, W, C], without their labels.

    Raises:
        ValueError: the directory holds no run.
        OSError: the data cannot be read.
    """
    return load_split(find_data(directory), "test_split", data_dir).images


def load_labeled(
    data: Mapping[str, Any], split: str, data_dir: str | None = None, label: str | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """A split of a run's data and one of its labels.

    Args:
        data: the run's `config.data`.
        split: "train_split" or "test_split".
        data_dir: TFDS's data_dir; None is TFDS's own choice.
        label: its name; None is what `config.data.label` says, or else the only label.

    Returns:
        Images, uint8 [N, H, W, C], and the label, int64 [N].

    Raises:
        ValueError: there is no such label, or no name is given and the data has several labels.
        OSError: the data cannot be read.
    """
    loaded = load_split(data, split, data_dir)
    name = label or data.get("label") or ""
    return loaded.images, choose_label(loaded.labels, name, "The label")


def choose_label(
    labels: Mapping[str, np.ndarray], name: str, setting: str = "config.data.label"
) -> np.ndarray:
    """The label of that name, or the only label where the name is empty.

    Args:
        labels: label name -> int [N].
        name: of the label, or "".
        setting: what the error calls the name.

    Raises:
        ValueError: there is no such label, or the name is empty and there are several labels.

    Examples:
        >>> choose_label({"digit": np.array([3, 1])}, "")
        array([3, 1])
    """
    if name in labels:
        return labels[name]
    if name or len(labels) != 1:
        raise ValueError(
            f"{setting} should name one of the data's labels {sorted(labels)}. Received: {name!r}"
        )
    return next(iter(labels.values()))


def choose_companion(companions: Mapping[str, np.ndarray], name: str) -> np.ndarray:
    """The companion that has the name of an input given with each image.

    Args:
        companions: name -> what comes with each image, see `datasets.LabeledImages`.
        name: of the input.

    Raises:
        ValueError: there is no such companion.

    Examples:
        >>> choose_companion({"caption": np.array(["a red heart"], object)}, "caption")
        array(['a red heart'], dtype=object)
    """
    if name not in companions:
        raise ValueError(
            "A given input should have the name of what comes with the data's images: "
            f"{sorted(companions)}. Received: {name!r}"
        )
    return companions[name]


def with_absolute_path(config: Any) -> Any:
    """A config whose images are found from every directory; a changed copy if needed."""
    if not config.data.path or config.data.path == absolute_path(config.data.path):
        return config
    resolved = copy.deepcopy(config)  # fields that refer to others still do
    resolved.data.path = absolute_path(config.data.path)
    return resolved


def with_data_format(config: Any, report: Callable[[str], None]) -> Any:
    """A config that states the size and the channels of a folder's images, or of arrays.

    Args:
        config: a ConfigDict. A field that is set stays as it is; one that is not set follows
            from the images, see `datasets.find_format`.
        report: receives a sentence that says what was chosen.

    Returns:
        The config itself where nothing is to be chosen, else a changed copy.
    """
    data = config.data
    is_chosen = bool(data.image_size and data.channels)
    if data.name not in datasets.AT_A_PATH or not data.path or is_chosen:
        return config
    stored = datasets.find_format(data.name, data.path, data.get("skip_damaged", False))
    resolved = config.copy_and_resolve_references()
    resolved.data.image_size = tuple(data.image_size) or stored.image_size
    resolved.data.channels = data.channels or stored.channels
    height, width = resolved.data.image_size
    report(
        f"{datasets.AT_A_PATH[data.name]}: {stored.found}; "
        f"trained on as {height}x{width}x{resolved.data.channels} "
        "(other: --config.data.image_size=HEIGHT,WIDTH --config.data.channels=1 or 3)"
    )
    return resolved
