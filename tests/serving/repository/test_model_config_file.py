import pytest

from keras_infogan.serving.protocol.errors import failed_precondition
from keras_infogan.serving.repository.model_config_file import ModelConfigFile


class Followed:
    """A config file, the reloads that it caused, and what was reported."""

    def __init__(self, path, base_path):
        self.path = path
        self.base_path = base_path
        self.in_force = []
        self.reloads = []
        self.events = []
        self.error = None
        self._file = ModelConfigFile(path, self._reload, self.events.append)

    def _reload(self, configs):
        self.reloads.append([config.name for config in configs])
        if self.error:
            raise self.error
        self.in_force = configs

    def write(self, *names):
        entries = [f'config {{ name: "{name}" base_path: "{self.base_path}" }}' for name in names]
        self.path.write_text(f"model_config_list {{ {' '.join(entries)} }}")

    def read_again(self):
        self._file.read_again(self.in_force)


@pytest.fixture
def followed(tmp_path, base_path):
    return Followed(tmp_path / "models.config", base_path)


def test_a_change_is_applied_once(followed):
    followed.write("digits")
    followed.read_again()
    followed.read_again()
    assert followed.reloads == [["digits"]]
    assert followed.events == [f"{followed.path}: reloaded"]
    followed.write("digits", "others")
    followed.read_again()
    assert followed.reloads[1:] == [["digits", "others"]]


def test_a_file_that_does_not_parse_is_reported_once_and_changes_nothing(followed):
    followed.path.write_text("nonsense")
    followed.read_again()
    followed.read_again()
    (event,) = followed.events
    assert event.startswith(
        f"{followed.path}: not reloaded: Invalid protobuf file: '{followed.path}'"
    )
    assert followed.reloads == []


def test_models_that_do_not_load_are_tried_again_when_the_file_changes(followed):
    followed.error = failed_precondition("no version")
    followed.write("digits")
    followed.read_again()
    followed.read_again()
    assert followed.reloads == [["digits"]]
    assert followed.events == [f"{followed.path}: not reloaded: no version"]
    followed.error = None
    followed.write("others")
    followed.read_again()
    assert followed.reloads[1:] == [["others"]]
