"""The models that a server holds, a thread that polls their directories, and leases on them."""

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from tensorflow_serving.apis import get_model_status_pb2, model_pb2

from keras_infogan.serving.errors import StatusError, invalid_argument, not_found
from keras_infogan.serving.model import Model
from keras_infogan.serving.model_config import ModelConfig
from keras_infogan.serving.servable import Servable
from keras_infogan.serving.version import ModelVersion

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Lease:
    """A version that stays loaded while a request uses it.

    Args:
        name: the model.
        version: the version's number.
        servable: what runs.
    """

    name: str
    version: int
    servable: Servable


class ModelRepository:
    """Loads models from disk and follows the versions that appear there.

    Args:
        configs: the models.
        poll_wait_seconds: time between two looks at the disk, in seconds; 0 looks once.
        enable_warmup: whether versions replay their recorded requests before they serve.
        report: receives a sentence per event (a version loaded, failed, retired).

    Example::

        repository = ModelRepository(model_config.from_base_paths({"digits": "/models/digits"}))
        repository.start(load_timeout=60.0)
        with repository.lease(model_pb2.ModelSpec(name="digits")) as lease:
            lease.version   # 1
        repository.stop()
    """

    def __init__(
        self,
        configs: Iterable[ModelConfig],
        poll_wait_seconds: float = 1.0,
        enable_warmup: bool = True,
        report: Callable[[str], None] = _logger.info,
    ) -> None:
        self.poll_wait_seconds = poll_wait_seconds
        self._models = {config.name: Model(config, enable_warmup, report) for config in configs}
        self._poll_lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="model-polling", daemon=True)

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
        if self.poll_wait_seconds > 0:
            self._thread.start()

    def stop(self) -> None:
        """Ends polling, waits for a load in progress, and unloads what no request uses."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()
        for model in self._models.values():
            model.close()

    def poll(self) -> None:
        """Looks at every model's directory once, now."""
        with self._poll_lock:
            for model in self._models.values():
                model.poll()

    @contextlib.contextmanager
    def lease(self, model_spec: model_pb2.ModelSpec) -> Iterator[Lease]:
        """Holds the version that a request asks for.

        Args:
            model_spec: a name, and a version, a label, or neither (the highest available).

        Yields:
            The lease; the version stays loaded until the block ends.

        Raises:
            StatusError: INVALID_ARGUMENT without a name or for an unknown label, NOT_FOUND for a
                model or version that is not available.
        """
        version, servable = self._acquire(model_spec)
        try:
            yield Lease(model_spec.name, version.number, servable)
        finally:
            version.release()

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
        found = self._models[name].statuses() if name in self._models else []
        if not model_spec.HasField("version"):
            if not found:
                raise not_found(f"Could not find any versions of model {name}")
            return found
        number = model_spec.version.value
        found = [status for status in found if status.version == number]
        if not found:
            raise not_found(f"Could not find version {number} of model {name}")
        return found

    def _acquire(self, model_spec: model_pb2.ModelSpec) -> tuple[ModelVersion, Servable]:
        if not model_spec.name:
            raise invalid_argument("ModelSpec has no name specified.")
        model = self._models.get(model_spec.name)
        number = _requested_number(model, model_spec)
        while model is not None:
            version = _find(model, number)
            if version is None:
                break
            servable = version.lease()
            if servable is not None:
                return version, servable
            # Retired between the two calls: its successor is available already.
        raise _servable_not_found(model_spec.name, number)

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

    def _follow(self) -> None:
        while not self._stopping.wait(self.poll_wait_seconds):
            self.poll()


def _requested_number(model: Model | None, model_spec: model_pb2.ModelSpec) -> int | None:
    choice = model_spec.WhichOneof("version_choice")
    if choice == "version":
        return model_spec.version.value
    if choice == "version_label" and model is not None:
        return model.resolve_label(model_spec.version_label)
    return None


def _find(model: Model, number: int | None) -> ModelVersion | None:
    if number is not None:
        return model.find(number)
    available = model.available()
    return available[0] if available else None


def _servable_not_found(name: str, number: int | None) -> StatusError:
    wanted = f"Latest({name})" if number is None else f"Specific({name}, {number})"
    return not_found(f"Servable not found for request: {wanted}")
