"""A run's directory: its files, and the check that a resumed run has the same config."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import Any

from keras_infogan.runs.defaults import as_json, plain_values, with_defaults
from keras_infogan.runtime.files import read_json, unwritable, user_path, write_json
from keras_infogan.trained.preset import RUN_DIRECTORY, find_preset

CONFIG_FILE = "config.json"
CLASSIFIER_FILE = "classifier.keras"
STEPS = "steps"
# How often something is reported or saved; it changes nothing that is learned.
PACE = ("steps_per_epoch", "checkpoint_every_steps", "checkpoints_kept")


class WorkDirectory:
    """The files of one training run.

    Attributes are paths: `config.json` (the resolved config), `checkpoints/`, `logs/`
    (TensorBoard), `metrics.csv` (a row per epoch), `images/` (traversals of each epoch),
    `model.keras` (the trained model), `evaluation.json`, `classifier.keras` (whose features
    compare images; beside it `classifier_labels.keras`, which reads labels), `data.json` (of a
    folder of images or of arrays: its classes or labels, and what identifies the images),
    `machine.json` (the machine that trained it last), and `lock` (the process that trains in it).

    Args:
        path: the directory; it need not exist. `~` is the home directory.

    Examples:
        >>> WorkDirectory("runs/mnist").model.as_posix()
        'runs/mnist/model.keras'
    """

    def __init__(self, path: str | os.PathLike[str]):
        self.path = user_path(path)
        self.config = self.path / CONFIG_FILE
        self.checkpoints = self.path / "checkpoints"
        self.logs = self.path / "logs"
        self.metrics = self.path / "metrics.csv"
        self.images = self.path / "images"
        self.model = self.path / "model.keras"
        self.evaluation = self.path / "evaluation.json"
        self.classifier = self.path / CLASSIFIER_FILE
        self.data = self.path / "data.json"
        self.machine = self.path / "machine.json"
        self.lock = self.path / "lock"

    def start(self, config: dict[str, Any]) -> None:
        """Makes the directory for a run of this config, or checks that it holds this run.

        The config of a run that is there is not changed, see `update`.

        Args:
            config: the resolved config, as nested dicts.

        Raises:
            ValueError: the directory holds something else, or a run of another config.
            OSError: it cannot be written.
        """
        if self.config.exists():
            self.check_same(config)
            return
        if self.path.is_dir() and any(self.path.iterdir()):
            raise ValueError(
                f"The work directory should be empty or hold a run ({CONFIG_FILE}). "
                f"Received: {self.path}, which holds other files"
            )
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise unwritable(self.path, error) from error
        write_json(self.config, plain_values(config))

    def update(self, config: dict[str, Any]) -> None:
        """Writes the config of a run that is resumed; `continue_config` has checked it.

        Raises:
            OSError: it cannot be written.
        """
        if _as_read(config) != self.read_config():
            write_json(self.config, plain_values(config))

    def check_same(self, config: dict[str, Any]) -> None:
        """Checks that a config is that of the run, apart from what may change when it is resumed.

        `steps` may be higher. The fields of `PACE` and the place of a folder or of arrays may be
        others.

        Raises:
            ValueError: another field differs, or `steps` is lower.
        """
        kept, config = self.read_config(), _as_read(config)
        config[STEPS] = min(config[STEPS], kept[STEPS])
        kept, config = _without_free(kept), _without_free(config)
        differing = sorted(
            key for key in kept.keys() | config.keys() if kept.get(key) != config.get(key)
        )
        if differing:
            raise ValueError(
                f"{self.path} holds a run of another config: it differs in "
                f"{', '.join(differing)}. "
                "Give the config that it was started with, or another --workdir."
            )

    def read_config(self) -> dict[str, Any]:
        """The resolved config of the run; a field that it lacks has its default.

        Raises:
            ValueError: no run is there, or its config is damaged.
        """
        if not self.config.is_file():
            raise ValueError(
                "The work directory should hold a run that infogan-train started. "
                f"Received: {self.path}, which has no {CONFIG_FILE}"
            )
        try:
            return with_defaults(json.loads(self.config.read_text()))
        except (ValueError, TypeError) as error:
            raise ValueError(f"{self.config} is damaged: {error}") from error

    def read_scores(self) -> dict[str, float]:
        """The numbers of the run's evaluation; NaN where there is no finite value.

        Raises:
            ValueError: the run was not evaluated, or its record is damaged.
        """
        if not self.evaluation.is_file():
            raise ValueError(
                "The work directory should hold a run that infogan-evaluate has measured. "
                f"Received: {self.path}, which has no {self.evaluation.name}"
            )
        try:
            record = json.loads(self.evaluation.read_text(encoding="utf-8"))
            return {
                name: math.nan if value is None else float(value)
                for name, value in record.items()
                if value is None or (isinstance(value, int | float) and not isinstance(value, bool))
            }
        except (ValueError, AttributeError) as error:
            raise ValueError(f"{self.evaluation} is damaged: {error}") from error

    def read_machine(self) -> dict[str, str]:
        """The machine that trained the run last: versions, devices, threads; may be empty."""
        return read_json(self.machine)

    def read_data(self) -> dict[str, Any]:
        """What `record_pictures` says of the run's folder or arrays; may be empty."""
        return read_json(self.data)

    def require_model(self) -> Path:
        """The path of the trained model.

        Raises:
            ValueError: the run is not finished.
        """
        self.read_config()
        if not self.model.is_file():
            raise ValueError(
                f"{self.path} holds an unfinished run: it has no {self.model.name}. "
                "Run infogan-train with the same --config and --workdir to finish it."
            )
        return self.model


class PresetDirectory(WorkDirectory):
    """A preset in place of a run: its model, and the files that were kept of its run.

    Args:
        preset: as for `InfoGAN.from_preset`.

    Raises:
        ValueError, ImportError, OSError: as for `find_preset`.

    Examples:
        >>> PresetDirectory("mnist_consistent").read_config()["data"]["name"]
        'mnist'
    """

    def __init__(self, preset: str):
        found = find_preset(preset)
        super().__init__(found / RUN_DIRECTORY)
        self.preset = preset
        self.model = found

    def read_config(self) -> dict[str, Any]:
        """The resolved config of the run that the preset is from.

        Raises:
            ValueError: the preset has none, or it is damaged.
        """
        if not self.config.is_file():
            raise ValueError(
                f"The preset should hold the config of its run ({RUN_DIRECTORY}/{CONFIG_FILE}). "
                f"Received: {self.preset}, which infogan-export did not write"
            )
        return super().read_config()

    def require_model(self) -> Path:
        """The path of the preset, which holds a model without a config of a run too."""
        return self.model


def open_directory(workdir: str | None, preset: str | None) -> WorkDirectory:
    """The run, or the preset, that a command works on.

    Args:
        workdir: the directory of a run; None if the other is given.
        preset: a preset; None if the other is given.

    Raises:
        ValueError: both or neither are given, or there is no such preset.
    """
    if bool(workdir) == bool(preset):
        raise ValueError(
            "The model should come from --workdir or from --preset. "
            f"Received: --workdir={workdir}, --preset={preset}"
        )
    return WorkDirectory(workdir) if workdir else PresetDirectory(str(preset))


def _as_read(config: dict[str, Any]) -> dict[str, Any]:
    """A config as it would be read from its file."""
    return with_defaults(as_json(config))


def _without_free(config: dict[str, Any]) -> dict[str, Any]:
    """The fields that may not change while a run is trained."""
    fixed = {name: value for name, value in config.items() if name not in PACE}
    fixed["data"] = {name: value for name, value in config["data"].items() if name != "path"}
    return fixed
