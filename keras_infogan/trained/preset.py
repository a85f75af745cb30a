"""A preset: a directory of trained weights, and where the ones in this package are."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from keras_infogan.runtime.extras import require
from keras_infogan.runtime.files import read_json, user_path

# Keras's files of a model that is not zipped, which are KerasHub's too.
CONFIG_FILE, METADATA_FILE, WEIGHTS_FILE = "config.json", "metadata.json", "model.weights.h5"
CARD_FILE = "README.md"
RUN_DIRECTORY = "run"  # holds config.json, evaluation.json and data.json of the run
HUB = "hf://"

_WEIGHTS = Path(__file__).parent / "weights"
_SCORES = ("code_accuracy/", "information/")


class Preset(NamedTuple):
    """What `presets` says of one preset.

    Attributes:
        name: for `from_preset` and for `--preset`.
        data: the data that it was trained on.
        data_license: the terms of that data.
        codes: code name -> what it is, such as "one of 10".
        scores: of its evaluation on test data: the accuracy of each code against a label, and each
            code's information in nats.
        size: of its files, in bytes.
    """

    name: str
    data: str
    data_license: str
    codes: Mapping[str, str]
    scores: Mapping[str, float]
    size: int


def presets() -> dict[str, Preset]:
    """The presets in this package, by name.

    Examples:
        >>> infogan.presets()["mnist_consistent"].data
        'MNIST'
    """
    return {name: _read(path) for name, path in _shipped().items()}


def find_preset(preset: str | os.PathLike[str]) -> Path:
    """The directory or the `.keras` file of a preset; one on the hub is downloaded first.

    Args:
        preset: a name that `presets` lists; the path of a directory or of a `.keras` file; or
            "hf://USER/REPOSITORY". A name comes before a path.

    Raises:
        ValueError: there is no such preset, or the directory holds none.
        ImportError: a preset on the hub, without the package huggingface_hub.
        OSError: the hub does not have it, or cannot be reached.
    """
    name = os.fspath(preset)
    if name.startswith(HUB):
        return _checked(download(name), name)
    shipped = _shipped()
    if name in shipped:
        return shipped[name]
    path = user_path(name)
    if path.is_file() and path.suffix == ".keras":
        return path
    if not path.is_dir():
        raise ValueError(
            f"A preset should be one of {', '.join(shipped)}, or a directory, a .keras file or "
            f"hf://USER/REPO. Received: {name}"
        )
    return _checked(path, name)


def describe_code(code: Mapping[str, Any]) -> str:
    """A code of a run's config in words.

    Examples:
        >>> describe_code({"kind": "categorical", "size": 10})
        'one of 10'
        >>> describe_code({"kind": "uniform", "size": 2})
        '2 numbers, uniform'
    """
    kind, size = str(code["kind"]), int(code.get("size", 1))
    if "categorical" in kind:
        return f"one of {size}"
    return f"{size} number{'s' * (size > 1)}, {kind}"


def download(handle: str) -> Path:
    """The local copy of a repository of the hub."""
    require("hub")
    import huggingface_hub as hub

    repository = _repository(handle)
    try:
        return Path(
            hub.snapshot_download(
                repository,
                library_name="keras",
                allow_patterns=[
                    *(CONFIG_FILE, METADATA_FILE, WEIGHTS_FILE, CARD_FILE),
                    f"{RUN_DIRECTORY}/*.json",
                ],
            )
        )
    except Exception as error:  # the hub's, and those of the HTTP library that it uses
        raise OSError(f"{handle} cannot be downloaded: {_first_line(error)}") from error


def upload(path: Path, handle: str) -> str:
    """Uploads the files of a preset to the hub, and gives the address of the repository."""
    require("hub")
    import huggingface_hub as hub

    repository = _repository(handle)
    try:
        api = hub.HfApi(library_name="keras")
        address = api.create_repo(repository, exist_ok=True)
        api.upload_folder(
            repo_id=address.repo_id, folder_path=str(path), commit_message="Upload a preset"
        )
    except Exception as error:  # the hub's, and those of the HTTP library that it uses
        raise OSError(f"{handle} cannot be uploaded: {_first_line(error)}") from error
    return str(address)


def _shipped() -> dict[str, Path]:
    """The presets in this package: name -> directory."""
    return {path.name: path for path in sorted(_WEIGHTS.glob("*")) if path.is_dir()}


def _repository(handle: str) -> str:
    repository = handle.removeprefix(HUB)
    if not handle.startswith(HUB) or repository.count("/") != 1 or not all(repository.split("/")):
        raise ValueError(f"A preset on the hub should be hf://USER/REPO. Received: {handle}")
    return repository


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)


def _checked(path: Path, name: str) -> Path:
    missing = [file for file in (CONFIG_FILE, WEIGHTS_FILE) if not (path / file).is_file()]
    if missing:
        raise ValueError(
            f"A preset should hold {CONFIG_FILE} and {WEIGHTS_FILE}. "
            f"Received: {name}, without {' and '.join(missing)}"
        )
    return path


def _read(path: Path) -> Preset:
    metadata = read_json(path / METADATA_FILE)
    config = read_json(path / RUN_DIRECTORY / "config.json")
    scores = read_json(path / RUN_DIRECTORY / "evaluation.json")
    return Preset(
        path.name,
        metadata["data"],
        metadata["data_license"],
        {name: describe_code(code) for name, code in config["latents"]["codes"].items()},
        {name: value for name, value in scores.items() if name.startswith(_SCORES)},
        sum(file.stat().st_size for file in path.rglob("*") if file.is_file()),
    )
