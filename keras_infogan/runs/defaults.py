"""Plain values of a config, and the defaults of fields that an older run does not have."""

from __future__ import annotations

import functools
import importlib
import json
import shlex
from collections.abc import Mapping
from typing import Any

import numpy as np

from keras_infogan.configs import mnist
from keras_infogan.datasets.loading import AT_A_PATH

# Its keys are names that the user chose, so none of them has a default.
_NAMED_BY_USERS = "codes"


def plain_values(config: Any) -> Any:
    """A config's values with Python's numbers in place of NumPy's, which JSON does not take.

    Args:
        config: nested dicts, lists and tuples of plain values.

    Examples:
        >>> plain_values({"steps": np.int64(3)})
        {'steps': 3}
    """
    if isinstance(config, Mapping):
        return {name: plain_values(value) for name, value in config.items()}
    if isinstance(config, list | tuple):
        return type(config)(plain_values(value) for value in config)
    return config.item() if isinstance(config, np.generic) else config


def flattened(config: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """A nested config by dotted names.

    Examples:
        >>> flattened({"data": {"name": "mnist"}, "steps": 3})
        {'data.name': 'mnist', 'steps': 3}
    """
    flat: dict[str, Any] = {}
    for name, value in config.items():
        if isinstance(value, Mapping) and value:
            flat.update(flattened(value, f"{prefix}{name}."))
        else:
            flat[f"{prefix}{name}"] = value
    return flat


def train_command(config: Mapping[str, Any]) -> str:
    """The command that trains a run of this config: its name, and the fields that were changed.

    The place of a folder or of arrays is DIR. A field that the config in `configs/` does not have
    is left out.

    Args:
        config: a resolved config, as nested dicts. If no config in `configs/` has its name, the
            command has the name alone.

    Examples:
        >>> train_command({**mnist.get_config().to_dict(), "seed": 3})
        'infogan-train --config=mnist --config.seed=3 --workdir=DIR'
    """
    name = str(config["name"])
    try:
        module = importlib.import_module(f"keras_infogan.configs.{name}")
    except ModuleNotFoundError:
        changes = []
    else:
        own = flattened(as_json(module.get_config().to_dict()))
        changes = [
            f"--config.{field}={value}"
            for field, value in flattened(as_json(config)).items()
            if field in own and own[field] != value and field != "data.path"
        ]
        if config["data"]["name"] in AT_A_PATH:
            changes.append("--config.data.path=DIR")
    return shlex.join(["infogan-train", f"--config={name}", *changes, "--workdir=DIR"])


def as_json(config: Mapping[str, Any]) -> dict[str, Any]:
    """A config as it is read from a file: JSON has no tuples.

    Examples:
        >>> as_json({"image_size": (32, 32)})
        {'image_size': [32, 32]}
    """
    return dict(json.loads(json.dumps(plain_values(config))))


def with_defaults(config: Mapping[str, Any]) -> dict[str, Any]:
    """A run's config with the default of each field that it lacks.

    A run that was trained before a field existed has no such field. Then it has the default: the
    value in `configs/mnist.py`, which all other configs start from.

    Args:
        config: as it was read from `config.json`.

    Examples:
        >>> with_defaults({"steps": 3})["restarts"]
        0
    """
    return _filled(config, _defaults())


@functools.cache
def _defaults() -> dict[str, Any]:
    return mnist.get_config().to_dict()


def _filled(config: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    filled = {**defaults, **config}
    for name, default in defaults.items():
        value = filled[name]
        if isinstance(default, Mapping) and isinstance(value, Mapping) and name != _NAMED_BY_USERS:
            filled[name] = _filled(value, default)
    return filled
