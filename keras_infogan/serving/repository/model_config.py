"""Which models to serve and which of their versions: TensorFlow Serving's model configuration."""

import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import TypeAlias

from tensorflow_serving.config import file_system_storage_path_source_pb2, model_server_config_pb2

from keras_infogan.runtime.files import user_path
from keras_infogan.serving.protocol import config_protos
from keras_infogan.serving.repository import servable

ModelConfig: TypeAlias = model_server_config_pb2.ModelConfig
VersionPolicy: TypeAlias = (
    file_system_storage_path_source_pb2.FileSystemStoragePathSourceConfig.ServableVersionPolicy
)

_PLATFORM = "tensorflow"
_VERSION_NAME = re.compile(r"[0-9]+")
_MAXIMUM_VERSION = 2**63 - 1


def from_base_paths(models: Mapping[str, str | Path]) -> list[ModelConfig]:
    """Configures models that serve their latest version.

    Args:
        models: a base path per model name; each holds one directory per version.

    Returns:
        A `ModelConfig` per model, checked.

    Raises:
        ValueError: when there is no model, or one has no name or no base path.
        FileNotFoundError: when a base path is not there.

    Example::

        from_base_paths({"digits": "/models/digits"})
    """
    configs = [
        ModelConfig(name=name, base_path=str(base_path), model_platform=_PLATFORM)
        for name, base_path in models.items()
    ]
    return checked(configs)


def read(path: str | Path) -> list[ModelConfig]:
    """Reads a model config file: a `ModelServerConfig` as a text proto.

    Args:
        path: the file.

    Returns:
        A `ModelConfig` per model, checked.

    Raises:
        ValueError: when the file is not such a text, or names a model twice or without a path.
        OSError: when the file cannot be read, or a base path is not there.

    Example::

        read("serving/models.config")
    """
    config = config_protos.read(path, model_server_config_pb2.ModelServerConfig())
    if config.WhichOneof("config") != "model_config_list":
        raise ValueError(f"The model config file should hold a model_config_list. Received: {path}")
    return checked(config.model_config_list.config)


def find_versions(base_path: Path) -> dict[int, Path]:
    """Lists the versions of a model.

    Args:
        base_path: the directory whose subdirectories named by an integer are versions; anything
            else in it (`.tmp-...`, files) is passed over.

    Returns:
        The path of each version by its number; `00000123` is version 123.

    Raises:
        OSError: when the directory cannot be read.

    Example::

        find_versions(Path("/models/digits"))   # {1: Path("/models/digits/1")}
    """
    versions = {}
    for child in sorted(base_path.iterdir()):
        if _VERSION_NAME.fullmatch(child.name) and int(child.name) <= _MAXIMUM_VERSION:
            if child.is_dir():
                versions[int(child.name)] = child
    return versions


def choose_versions(policy: VersionPolicy, found: Collection[int]) -> list[int]:
    """Picks the versions that a policy wants served.

    Args:
        policy: `latest` (also when unset; one version unless `num_versions` says more), `all`,
            or `specific`.
        found: the versions that are there.

    Returns:
        The chosen ones, ascending.

    Examples:
        >>> choose_versions(VersionPolicy(), [1, 2, 3])
        [3]
    """
    kind = policy.WhichOneof("policy_choice")
    if kind == "all":
        return sorted(found)
    if kind == "specific":
        return sorted(set(policy.specific.versions) & set(found))
    return sorted(found)[-(policy.latest.num_versions or 1) :]


def checked(configs: Iterable[ModelConfig]) -> list[ModelConfig]:
    """Returns the configs of a server's models, whichever way they came.

    Raises:
        ValueError: when there is no model, or one has no name, no base path, another platform,
            the name of another one, or a base path that is itself a SavedModel.
        FileNotFoundError: when a base path is not there.
    """
    configs = list(configs)
    if not configs:
        raise ValueError("A server should have at least one model. Received: none")
    names = [config.name for config in configs]
    for config in configs:
        if not config.name or not config.base_path:
            raise ValueError(
                "A model should have a name and a base path. "
                f"Received: name={config.name!r}, base_path={config.base_path!r}"
            )
        if names.count(config.name) > 1:
            raise ValueError(f"Each model should be configured once. Received: {config.name} twice")
        if config.model_platform not in ("", _PLATFORM):
            raise ValueError(
                f"The model_platform of {config.name} should be {_PLATFORM!r}. "
                f"Received: {config.model_platform!r}"
            )
        _check_base_path(config)
    return configs


def _check_base_path(config: ModelConfig) -> None:
    base_path = user_path(config.base_path)
    if not base_path.is_dir():
        raise FileNotFoundError(
            f"The base path of model {config.name} should be a directory that holds a directory "
            f"per version. Received: {base_path}"
        )
    if servable.is_saved_model(base_path):
        raise ValueError(
            f"The base path of model {config.name} should hold numbered versions, and is itself a "
            f"SavedModel: give its parent, or move it into a directory named 1. "
            f"Received: {base_path}"
        )
