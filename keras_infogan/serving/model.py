"""A model and its versions: what the disk holds against what is loaded."""

import threading
from collections.abc import Callable
from pathlib import Path

from tensorflow_serving.apis import get_model_status_pb2

from keras_infogan.serving import model_config
from keras_infogan.serving.errors import invalid_argument
from keras_infogan.serving.model_config import ModelConfig
from keras_infogan.serving.version import ModelVersion


class Model:
    """Keeps the versions that a model's policy wants loaded, new ones before old ones go.

    Args:
        config: name, base path, version policy and labels.
        enable_warmup: whether versions replay their recorded requests before they serve.
        report: receives a sentence per event.

    Example::

        model = Model(config, enable_warmup=True, report=print)
        model.poll()
        model.available()   # [version 1]
    """

    def __init__(
        self, config: ModelConfig, enable_warmup: bool, report: Callable[[str], None]
    ) -> None:
        self.name: str = config.name
        self.base_path = Path(config.base_path)
        self._config = config
        self._enable_warmup = enable_warmup
        self._report = report
        self._versions: dict[int, ModelVersion] = {}
        self._lock = threading.Lock()

    def poll(self) -> None:
        """Looks at the base path once: loads what is new, then retires what is not wanted."""
        try:
            found = model_config.find_versions(self.base_path)
        except OSError:
            # A file system that is away for a moment is no order to unload.
            return
        wanted = model_config.choose_versions(self._config.model_version_policy, found)
        for number in wanted:
            self._load(number, found[number])
        if not wanted or any(version.number in wanted for version in self.available()):
            for version in self.available():
                if version.number not in wanted:
                    version.retire()
                    self._report(f"model {self.name}: version {version.number} retired")

    def available(self) -> list[ModelVersion]:
        """Returns the versions that take requests, highest first."""
        return [version for version in self._descending() if version.is_available]

    def find(self, number: int) -> ModelVersion | None:
        """Returns a version if it takes requests."""
        version = self._versions.get(number)
        return version if version is not None and version.is_available else None

    def resolve_label(self, label: str) -> int:
        """Returns the version that a label of the configuration stands for.

        Raises:
            StatusError: INVALID_ARGUMENT for a label that the configuration does not have.
        """
        if label not in self._config.version_labels:
            raise invalid_argument(f"Unrecognized servable version label: {label}")
        return self._config.version_labels[label]

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
        current = self._versions.get(number)
        if current is not None and not current.deserves_reload():
            return
        version = ModelVersion(number, path)
        with self._lock:
            self._versions[number] = version
        version.load(self._enable_warmup)
        outcome = "available" if version.error is None else f"failed to load: {version.error}"
        self._report(f"model {self.name}: version {number} {outcome}")

    def _descending(self) -> list[ModelVersion]:
        with self._lock:
            return [self._versions[number] for number in sorted(self._versions, reverse=True)]
