"""A model and its versions: what the disk holds against what is loaded."""

import threading
from collections.abc import Callable
from pathlib import Path

from tensorflow_serving.apis import get_model_status_pb2

from keras_infogan.runtime.files import user_path
from keras_infogan.serving.protocol.errors import StatusError, invalid_argument
from keras_infogan.serving.repository import model_config
from keras_infogan.serving.repository.loading import LoadingOptions
from keras_infogan.serving.repository.model_config import ModelConfig
from keras_infogan.serving.repository.version import ModelVersion


class Model:
    """Keeps the versions that a model's policy wants loaded, new ones before old ones go.

    Args:
        config: name, base path, version policy and labels.
        options: how versions are loaded.
        report: receives a sentence per event.

    Example::

        model = Model(config, LoadingOptions(), report=print)
        model.poll()
        model.available()   # [version 1]
    """

    def __init__(
        self, config: ModelConfig, options: LoadingOptions, report: Callable[[str], None]
    ) -> None:
        self.name: str = config.name
        self.base_path = user_path(config.base_path)
        self.config = config
        self._options = options
        self._report = report
        self._versions: dict[int, ModelVersion] = {}
        self._lock = threading.Lock()

    def poll(self) -> None:
        """Looks at the base path once: loads what is new, then retires what is not wanted."""
        try:
            wanted = self.load_wanted(self.config)
        except OSError:
            # A file system that is away for a moment is no order to unload.
            return
        if not wanted or any(version.number in wanted for version in self.available()):
            for version in self.available():
                if version.number not in wanted:
                    version.retire()
                    self._report(f"model {self.name}: version {version.number} retired")

    def load_wanted(self, config: ModelConfig) -> list[int]:
        """Loads what a config's policy wants and is not loaded; nothing is retired.

        Args:
            config: of this model; it need not be the one in force.

        Returns:
            The versions that the policy wants, ascending.

        Raises:
            OSError: when the base path cannot be read.
        """
        found = model_config.find_versions(self.base_path)
        wanted = model_config.choose_versions(config.model_version_policy, found)
        for number in wanted:
            self._load(number, found[number])
        return wanted

    def available(self) -> list[ModelVersion]:
        """Returns the versions that take requests, highest first."""
        return [version for version in self._descending() if version.is_available]

    def find(self, number: int) -> ModelVersion | None:
        """Returns a version if it takes requests."""
        version = self._versions.get(number)
        return version if version is not None and version.is_available else None

    def resolve_label(self, label: str) -> int:
        """Returns the version that a label of the config in force stands for.

        Raises:
            StatusError: INVALID_ARGUMENT for a label that the configuration does not have.
        """
        if label not in self.config.version_labels:
            raise unrecognized_label(label)
        return self.config.version_labels[label]

    def statuses(self) -> list[get_model_status_pb2.ModelVersionStatus]:
        """Returns the status of every version ever seen, in descending order."""
        return [version.status() for version in self._descending()]

    def failure(self) -> str | None:
        """Returns a sentence when versions were tried and none is available, else None."""
        failed = [version for version in self._descending() if version.error is not None]
        if self.available() or not failed:
            return None
        return f"model {self.name}: version {failed[0].number} failed to load: {failed[0].error}"

    def close(self) -> None:
        """Retires every version."""
        for version in self.available():
            version.retire()

    def _load(self, number: int, path: Path) -> None:
        options, current = self._options, self._versions.get(number)
        version = (
            ModelVersion(number, path)
            if current is None
            else current.successor(
                path, options.max_num_load_retries, options.load_retry_interval_micros / 1e6
            )
        )
        if version is None:
            return
        with self._lock:
            self._versions[number] = version
        version.load(options.load)
        outcome = "available" if version.error is None else f"failed to load: {version.error}"
        self._report(f"model {self.name}: version {number} {outcome}")
        if version.file_operations:
            self._report(
                f"warning: model {self.name}: version {number} can read or write files of this "
                f"machine ({', '.join(version.file_operations)}): serve it only if you trust it"
            )

    def _descending(self) -> list[ModelVersion]:
        with self._lock:
            return [self._versions[number] for number in sorted(self._versions, reverse=True)]


def unrecognized_label(label: str) -> StatusError:
    """Returns the error for a label that no config has."""
    return invalid_argument(f"Unrecognized servable version label: {label}")
