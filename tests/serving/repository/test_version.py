import shutil

from tensorflow_serving.apis.get_model_status_pb2 import ModelVersionStatus

from keras_infogan.serving.repository import saved_model_files
from keras_infogan.serving.repository import version as version_module
from keras_infogan.serving.repository.servable import Servable
from keras_infogan.serving.repository.version import ModelVersion


def load(path):
    version = ModelVersion(1, path)
    version.load(Servable)
    return version


def test_a_version_becomes_available(saved_model):
    version = ModelVersion(1, saved_model)
    assert version.status().state == ModelVersionStatus.START
    assert version.begin_use() is None
    version.load(Servable)
    assert version.is_available
    assert version.status().state == ModelVersionStatus.AVAILABLE
    version.retire()


def test_a_retired_version_ends_with_its_last_use(saved_model):
    version = load(saved_model)
    servable = version.begin_use()
    version.retire()
    assert version.status().state == ModelVersionStatus.UNLOADING
    assert version.begin_use() is None
    assert servable.signatures
    version.end_use()
    assert version.status().state == ModelVersionStatus.END
    assert version.status().status.error_code == 0


def test_a_failure_ends_the_version_with_its_reason(tmp_path):
    version = load(tmp_path)
    status = version.status()
    assert status.state == ModelVersionStatus.END
    assert status.status.error_code == 3
    assert "failed to load" in status.status.error_message


def test_a_failed_version_is_tried_again_when_its_files_change(saved_model, tmp_path):
    path = tmp_path / "1"
    path.mkdir()
    version = load(path)
    assert version.successor(version.path, retries=0, retry_seconds=0.0) is None
    shutil.copy(saved_model / "saved_model.pb", path)
    assert version.successor(version.path, retries=0, retry_seconds=0.0).attempts == 0


def test_a_failed_version_is_tried_again_as_often_as_said_and_not_before_its_time(tmp_path):
    version = load(tmp_path)
    assert version.successor(version.path, retries=2, retry_seconds=60.0) is None
    for attempt in (1, 2):
        assert version.attempts == attempt
        version = version.successor(version.path, retries=2, retry_seconds=0.0)
        version.load(Servable)
    assert version.successor(version.path, retries=2, retry_seconds=0.0) is None


def test_an_available_version_is_never_reloaded(saved_model, tmp_path):
    shutil.copytree(saved_model, tmp_path / "1")
    version = load(tmp_path / "1")
    (tmp_path / "1" / "more").write_text("text")
    assert version.successor(version.path, retries=9, retry_seconds=0.0) is None
    version.retire()
    assert version.successor(version.path, retries=0, retry_seconds=0.0) is not None


def test_only_the_files_of_a_saved_model_are_looked_at(saved_model, tmp_path):
    path = tmp_path / "1"
    shutil.copytree(saved_model, path)
    other = path / "other" / "deep"
    other.mkdir(parents=True)
    for number in range(5):
        (other / str(number)).touch()
    names = {name for name, _, _ in version_module.contents(path)}
    assert {"saved_model.pb", "variables/variables.index", "other"} <= names
    assert not any(name.startswith("other/") for name in names)


def test_no_more_files_are_looked_at_than_a_number(tmp_path, monkeypatch):
    monkeypatch.setattr(saved_model_files, "MAXIMUM_FILES", 3)
    for number in range(10):
        (tmp_path / str(number)).touch()
    assert len(version_module.contents(tmp_path)) == 3
