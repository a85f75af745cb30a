"""The config of a run that is resumed: it may have more steps than before."""

from __future__ import annotations

import copy
from typing import Any

from ml_collections import ConfigDict

from keras_infogan.runs.defaults import plain_values
from keras_infogan.runs.directory import STEPS, WorkDirectory

# Taken from a folder's images or arrays where the user says nothing.
_CHOSEN = ("image_size", "channels")


def continue_config(config: Any, directory: WorkDirectory) -> Any:
    """The config to train with in a directory, in plain values.

    In a new directory it is the given config. If the directory holds a run, the given config should
    be that of the run, with the differences that `WorkDirectory.check_same` allows. What a config
    computes from its steps, such as the end of the instance noise, follows the new steps.

    Args:
        config: a ConfigDict as the files in `configs/` return it.
        directory: of the run.

    Raises:
        ValueError: the directory holds a run of another config, or its config is damaged.
    """
    if not directory.config.exists():
        return ConfigDict(plain_values(config.to_dict()))
    kept = directory.read_config()
    config = copy.deepcopy(config)  # fields that refer to others still do
    for name in _CHOSEN:
        if not config.data.get(name):
            chosen = kept["data"][name]
            config.data[name] = tuple(chosen) if isinstance(chosen, list) else chosen
    continued = ConfigDict(plain_values(config.to_dict()))
    with config.ignore_type():
        config[STEPS] = min(config[STEPS], kept[STEPS])
    directory.check_same(config.to_dict())
    return continued
