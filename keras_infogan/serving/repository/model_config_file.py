"""A model config file that a running server reads again when it changes."""

from collections.abc import Callable
from pathlib import Path

from keras_infogan.serving.protocol.errors import StatusError
from keras_infogan.serving.repository import model_config
from keras_infogan.serving.repository.model_config import ModelConfig


class ModelConfigFile:
    """Applies a changed model config file, and reports what is wrong with it.

    Args:
        path: the file.
        reload: replaces the models of the server.
        report: receives a sentence per event.
    """

    def __init__(
        self,
        path: str | Path,
        reload: Callable[[list[ModelConfig]], None],
        report: Callable[[str], None],
    ) -> None:
        self._path = path
        self._reload = reload
        self._report = report
        self._last_error = ""
        self._refused: list[ModelConfig] | None = None

    def read_again(self, configs_in_force: list[ModelConfig]) -> None:
        """Reads the file, and applies it if it has changed.

        A file that is wrong in the same way as before is reported once. Models that did not load
        are not tried again until the file changes.

        Args:
            configs_in_force: what the server has now.
        """
        error_text = ""
        try:
            configs = model_config.read(self._path)
            if configs in (configs_in_force, self._refused):
                return
            self._refused = configs
            self._reload(configs)
            self._refused = None
            self._report(f"{self._path}: reloaded")
        except (ValueError, OSError, StatusError) as error:
            error_text = f"{self._path}: not reloaded: {error}"
        if error_text and error_text != self._last_error:
            self._report(error_text)
        self._last_error = error_text
