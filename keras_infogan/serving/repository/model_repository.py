"""The models that a server holds, and the threads that look for new versions of them."""

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator

from tensorflow_serving.apis import get_model_status_pb2, model_pb2

from keras_infogan.serving.protocol.errors import failed_precondition, not_found
from keras_infogan.serving.repository import model_config, version_lookup
from keras_infogan.serving.repository.loading import LoadingOptions
from keras_infogan.serving.repository.model import Model
from keras_infogan.serving.repository.model_config import ModelConfig
from keras_infogan.serving.repository.model_config_file import ModelConfigFile
from keras_infogan.serving.repository.version_lookup import VersionInUse

_logger = logging.getLogger(__name__)
_LOAD_GRACE_SECONDS = 5.0


class ModelRepository:
    """Loads models from disk and follows the versions that appear there.

    Args:
        configs: the models.
        poll_wait_seconds: time between two looks at the disk, in seconds; 0 looks once.
        options: how versions are loaded.
        config_file: a model config file to follow; "" for none.
        config_file_poll_seconds: time between two looks at it, in seconds; 0 never looks.
        allow_labels_for_unavailable: whether `reload` takes a label of a version that is not
            available.
        report: receives a sentence per event (a version loaded, failed, retired).

    Example::

        repository = ModelRepository(model_config.from_base_paths({"digits": "/models/digits"}))
        repository.start(load_timeout=60.0)
        with repository.use_version(model_pb2.ModelSpec(name="digits")) as used:
            used.version   # 1
        repository.stop()
    """

    def __init__(
        self,
        configs: Iterable[ModelConfig],
        poll_wait_seconds: float = 1.0,
        options: LoadingOptions | None = None,
        config_file: str = "",
        config_file_poll_seconds: float = 0.0,
        allow_labels_for_unavailable: bool = False,
        report: Callable[[str], None] = _logger.info,
    ) -> None:
        self.poll_wait_seconds = poll_wait_seconds
        self._options = options or LoadingOptions()
        self._allow_labels_for_unavailable = allow_labels_for_unavailable
        self._report = report
        self._config_file = ModelConfigFile(config_file, self.reload, report)
        self._models = {config.name: Model(config, self._options, report) for config in configs}
        # Removed by `reload`; their versions stay in the status, as ended.
        self._former: dict[str, Model] = {}
        self._poll_lock = threading.Lock()
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(
                target=self._repeat, args=(seconds, work), name="model-polling", daemon=True
            )
            for seconds, work in (
                (poll_wait_seconds, self.poll),
                (config_file_poll_seconds if config_file else 0.0, self.read_config_file),
            )
            if seconds > 0
        ]

    def start(self, load_timeout: float) -> None:
        """Waits until every model has a version, then keeps polling in a thread.

        Args:
            load_timeout: how long to wait for a version to appear, in seconds.

        Raises:
            RuntimeError: when a model's versions fail to load, or none appears in time.
        """
        deadline = time.monotonic() + load_timeout
        while not self._poll_until_ready(deadline):
            self._stopping.wait(min(self.poll_wait_seconds or 1.0, 1.0))
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Ends polling and unloads what no request uses.

        A load in progress is waited for, but not for long: its thread ends with the process.
        """
        self._stopping.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(_LOAD_GRACE_SECONDS)
        for model in self._models.values():
            model.close()

    def poll(self) -> None:
        """Looks at every model's directory once, now."""
        with self._poll_lock:
            for model in self._models.values():
                model.poll()

    def configs(self) -> list[ModelConfig]:
        """Returns the configs in force."""
        return [model.config for model in self._models.values()]

    def serves(self, name: str) -> bool:
        """Tells whether a model of that name is configured."""
        return name in self._models

    def read_config_file(self) -> None:
        """Reads the model config file again, and applies it if it has changed."""
        self._config_file.read_again(self.configs())

    def reload(self, configs: Iterable[ModelConfig]) -> None:
        """Replaces the set of models: new ones load before anything is unloaded.

        Args:
            configs: all models to serve from now on; those whose base path stays keep their
                versions.

        Raises:
            ValueError: for configs that are none; see `model_config.checked`.
            OSError: when a base path is not there.
            StatusError: FAILED_PRECONDITION when a model has no version that loads, or a label
                stands for a version that is not available. What was served before stays.
        """
        configs = list(configs)
        if configs:
            configs = model_config.checked(configs)
        with self._poll_lock:
            models = {config.name: self._staged(config) for config in configs}
            try:
                for config in configs:
                    self._check_staged(models[config.name], config)
            except BaseException:
                for model in models.values():
                    if model not in self._models.values():
                        model.close()
                for model in self._models.values():
                    model.poll()  # by its own config: what was loaded for the new one goes
                raise
            self._commit(models, configs)

    @contextlib.contextmanager
    def use_version(self, model_spec: model_pb2.ModelSpec) -> Iterator[VersionInUse]:
        """Keeps the version that a request asks for loaded.

        Args:
            model_spec: a name, and a version, a label, or neither (the highest available).

        Yields:
            The version; it stays loaded until the block ends.

        Raises:
            StatusError: INVALID_ARGUMENT without a name or for an unknown label, NOT_FOUND for a
                model or version that is not available.
        """
        version, servable = version_lookup.begin_use(self._models, model_spec)
        try:
            yield VersionInUse(model_spec.name, version.number, servable)
        finally:
            version.end_use()

    def statuses(
        self, model_spec: model_pb2.ModelSpec
    ) -> list[get_model_status_pb2.ModelVersionStatus]:
        """Returns the states of a model's versions, in descending order.

        Args:
            model_spec: a name, and a version or none for all of them.

        Returns:
            The statuses, unloaded versions included.

        Raises:
            StatusError: NOT_FOUND when no version was ever seen.
        """
        name = model_spec.name
        model = self._models.get(name) or self._former.get(name)
        found = model.statuses() if model is not None else []
        if not model_spec.HasField("version"):
            if not found:
                raise not_found(f"Could not find any versions of model {name}")
            return found
        number = model_spec.version.value
        found = [status for status in found if status.version == number]
        if not found:
            raise not_found(f"Could not find version {number} of model {name}")
        return found

    def _staged(self, config: ModelConfig) -> Model:
        current = self._models.get(config.name)
        if current is not None and current.config.base_path == config.base_path:
            return current
        return Model(config, self._options, self._report)

    def _check_staged(self, model: Model, config: ModelConfig) -> None:
        wanted = [number for number in model.load_wanted(config) if model.find(number)]
        if not wanted:
            raise failed_precondition(
                model.failure()
                or f"model {model.name}: no version that the config asks for in {model.base_path}"
            )
        for version in config.version_labels.values():
            if not self._allow_labels_for_unavailable and version not in wanted:
                raise failed_precondition(
                    f"Request to assign label to version {version} of model {model.name}, "
                    "which is not currently available for inference"
                )

    def _commit(self, models: dict[str, Model], configs: Iterable[ModelConfig]) -> None:
        for config in configs:
            models[config.name].config = config
        gone = [model for model in self._models.values() if model not in models.values()]
        self._former |= {model.name: model for model in gone}
        self._models = models
        for model in gone:
            model.close()
        for model in models.values():
            model.poll()

    def _poll_until_ready(self, deadline: float) -> bool:
        self.poll()
        for model in self._models.values():
            failure = model.failure()
            if failure is not None:
                raise RuntimeError(failure)
        waiting = [model for model in self._models.values() if not model.available()]
        if waiting and time.monotonic() >= deadline:
            raise RuntimeError(
                f"The base path of model {waiting[0].name} should hold a version, a directory "
                f"named by an integer. Received: none in {waiting[0].base_path}"
            )
        return not waiting

    def _repeat(self, seconds: float, work: Callable[[], None]) -> None:
        while not self._stopping.wait(seconds):
            try:
                work()
            except Exception:
                # Whatever it was, new versions must still be found.
                _logger.exception("polling failed")
