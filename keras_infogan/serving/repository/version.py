"""The states of one version of a model: START, LOADING, AVAILABLE, UNLOADING, END."""

from __future__ import annotations

import gc
import logging
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

import grpc
from tensorflow_serving.apis import get_model_status_pb2

from keras_infogan.serving.protocol.errors import StatusError
from keras_infogan.serving.repository import saved_model_files
from keras_infogan.serving.repository.servable import Runner

_logger = logging.getLogger(__name__)

ModelVersionStatus: TypeAlias = get_model_status_pb2.ModelVersionStatus


class ModelVersion:
    """A version that loads once, is used by requests, and unloads when the last one has ended.

    Args:
        number: the version.
        path: its SavedModel.
        attempts: how often this version was loaded before, without success.

    Example::

        version = ModelVersion(1, Path("/models/digits/1"))
        version.load(Servable)
        servable = version.begin_use()
        version.retire()    # no new use; the servable closes when the last use ends
        version.end_use()
    """

    def __init__(self, number: int, path: Path, attempts: int = 0) -> None:
        self.number = number
        self.path = path
        self.attempts = attempts
        self.error: StatusError | None = None
        self._failed_at = 0.0
        self._state = ModelVersionStatus.START
        self._servable: Runner | None = None
        self._uses = 0
        self._lock = threading.Lock()
        self._contents = contents(path)

    @property
    def is_available(self) -> bool:
        """Whether the version takes requests."""
        return self._state == ModelVersionStatus.AVAILABLE

    def successor(self, path: Path, retries: int, retry_seconds: float) -> ModelVersion | None:
        """Returns a version to load in place of this one, if it is wanted again.

        Args:
            path: where its files are now.
            retries: how often a version that failed is tried again while its files stay as they
                are.
            retry_seconds: the time between two attempts, in seconds.

        Returns:
            A new version if this one was unloaded, or failed and its files have changed since (a
            copy may be complete now), or failed and another attempt is due; else None.
        """
        if self._state not in (ModelVersionStatus.UNLOADING, ModelVersionStatus.END):
            return None
        if self.error is None or self._contents != contents(path):
            return ModelVersion(self.number, path)
        is_due = time.monotonic() >= self._failed_at + retry_seconds
        if self.attempts <= retries and is_due:
            return ModelVersion(self.number, path, self.attempts)
        return None

    def load(self, load: Callable[[Path], Runner]) -> None:
        """Loads; a failure ends the version and is kept in `error`.

        Args:
            load: makes the servable, warm-up included, or raises a `StatusError`.
        """
        self._state = ModelVersionStatus.LOADING
        self.attempts += 1
        try:
            self._servable = load(self.path)
        except StatusError as error:
            self._fail(error.code, error.message)
        except Exception as error:
            # Whatever a broken file makes the loader raise, its version ends with a reason.
            _logger.exception("%s failed to load", self.path)
            self._fail(grpc.StatusCode.INTERNAL, f"{self.path} failed to load: {error!r}")
        else:
            self._state = ModelVersionStatus.AVAILABLE
            return
        gc.collect()  # as in `_close_if_idle`

    @property
    def file_operations(self) -> Sequence[str]:
        """The operations of its graph that read or write files of the machine."""
        return () if self._servable is None else self._servable.file_operations

    def begin_use(self) -> Runner | None:
        """Returns the servable, which stays loaded until `end_use`; None: it takes no requests."""
        with self._lock:
            if not self.is_available:
                return None
            self._uses += 1
            return self._servable

    def end_use(self) -> None:
        """Ends one use; the last one of a retired version closes it."""
        with self._lock:
            self._uses -= 1
            self._close_if_idle()

    def retire(self) -> None:
        """Takes no more requests, and closes as soon as those in flight have finished."""
        with self._lock:
            if self.is_available:
                self._state = ModelVersionStatus.UNLOADING
            self._close_if_idle()

    def status(self) -> ModelVersionStatus:
        """Returns the state and the error as GetModelStatus reports them."""
        status = ModelVersionStatus(version=self.number, state=self._state)
        if self.error is not None:
            status.status.error_code = self.error.code.value[0]
            status.status.error_message = self.error.message
        else:
            status.status.error_message = ""
        return status

    def _fail(self, code: grpc.StatusCode, message: str) -> None:
        # An error of its own: the one that was raised holds the frames, and so the half-loaded
        # graph, for as long as the status is kept.
        self.error = StatusError(code, message)
        self._failed_at = time.monotonic()
        self._state = ModelVersionStatus.END

    def _close_if_idle(self) -> None:
        if self._state == ModelVersionStatus.UNLOADING and self._uses == 0:
            if self._servable is not None:
                self._servable.close()
                self._servable = None
                # A graph is a knot of cycles: without this, megabytes a version wait for Python's
                # rare full collection.
                gc.collect()
            self._state = ModelVersionStatus.END


def contents(path: Path) -> tuple[tuple[str, int, int], ...]:
    """Returns name, size in bytes and modification time in ns of the files of a SavedModel."""
    found = []
    for file in sorted(saved_model_files.find(path)):
        try:
            stat = file.stat()
        except OSError:
            continue  # gone between listing and looking
        found.append((str(file.relative_to(path)), stat.st_size, stat.st_mtime_ns))
    return tuple(found)
