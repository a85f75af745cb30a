import shutil
import threading
import time
from pathlib import Path

import grpc
import pytest
from google.protobuf import text_format
from tensorflow_serving.apis.get_model_status_pb2 import ModelVersionStatus
from tensorflow_serving.apis.model_pb2 import ModelSpec

from keras_infogan.serving.protocol.errors import StatusError
from keras_infogan.serving.repository import model_config
from keras_infogan.serving.repository.model_repository import ModelRepository

DIGITS = ModelSpec(name="digits")


@pytest.fixture
def events():
    return []


@pytest.fixture
def start(base_path, events):
    """Starts a repository on the base path, under an optional policy; it polls when told to."""
    running = []

    def started(policy="", **arguments):
        (config,) = model_config.from_base_paths({"digits": base_path})
        text_format.Merge(policy, config)
        repository = ModelRepository([config], poll_wait_seconds=0, report=events.append)
        running.append(repository)
        repository.start(load_timeout=arguments.get("load_timeout", 0.0))
        return repository

    yield started
    for repository in running:
        repository.stop()


def states(repository):
    return {
        status.version: ModelVersionStatus.State.Name(status.state)
        for status in repository.statuses(DIGITS)
    }


def served_version(repository):
    with repository.use_version(DIGITS) as used:
        return used.version


def test_the_highest_version_serves(start, saved_model, base_path):
    shutil.copytree(saved_model, base_path / "00000012")
    shutil.copytree(saved_model, base_path / ".tmp-99")
    repository = start()
    assert served_version(repository) == 12
    assert states(repository) == {12: "AVAILABLE"}


def test_a_new_version_replaces_the_old_one(start, saved_model, base_path, events):
    repository = start()
    shutil.copytree(saved_model, base_path / "2")
    repository.poll()
    assert served_version(repository) == 2
    assert list(states(repository).items()) == [(2, "AVAILABLE"), (1, "END")]
    assert events == [
        "model digits: version 1 available",
        "model digits: version 2 available",
        "model digits: version 1 retired",
    ]


def test_requests_in_flight_finish_on_the_old_version(start, saved_model, base_path):
    repository = start()
    shutil.copytree(saved_model, base_path / "2")
    with repository.use_version(DIGITS) as used:
        repository.poll()
        assert states(repository) == {2: "AVAILABLE", 1: "UNLOADING"}
        assert used.version == 1
        assert used.servable.signatures
    assert states(repository) == {2: "AVAILABLE", 1: "END"}


def test_a_version_that_fails_leaves_the_last_good_one(start, base_path, events):
    repository = start()
    (base_path / "2").mkdir()
    repository.poll()
    repository.poll()
    assert served_version(repository) == 1
    assert states(repository) == {2: "END", 1: "AVAILABLE"}
    failed = repository.statuses(DIGITS)[0].status
    assert failed.error_code == grpc.StatusCode.INVALID_ARGUMENT.value[0]
    assert "failed to load" in failed.error_message
    assert len(events) == 2  # reported once


def test_a_copy_that_was_half_way_serves_when_it_is_whole(start, saved_model, base_path):
    repository = start()
    (base_path / "2").mkdir()
    repository.poll()
    shutil.copytree(saved_model, base_path / "2", dirs_exist_ok=True)
    repository.poll()
    assert served_version(repository) == 2


def test_removing_the_newest_version_goes_back(start, saved_model, base_path):
    shutil.copytree(saved_model, base_path / "2")
    repository = start()
    shutil.rmtree(base_path / "2")
    repository.poll()
    assert served_version(repository) == 1


def test_a_base_path_that_is_away_unloads_nothing(start, base_path):
    repository = start()
    base_path.rename(base_path.parent / "elsewhere")
    repository.poll()
    assert served_version(repository) == 1


def test_a_base_path_that_is_empty_unloads_all(start, base_path):
    repository = start()
    shutil.rmtree(base_path / "1")
    repository.poll()
    with pytest.raises(StatusError, match=r"^Servable not found for request: Latest\(digits\)$"):
        served_version(repository)


def test_policies_and_labels(start, saved_model, base_path):
    shutil.copytree(saved_model, base_path / "2")
    repository = start('model_version_policy { all {} } version_labels { key: "old" value: 1 }')
    assert states(repository) == {2: "AVAILABLE", 1: "AVAILABLE"}
    with repository.use_version(ModelSpec(name="digits", version_label="old")) as used:
        assert used.version == 1
    with pytest.raises(StatusError, match="^Unrecognized servable version label: new$"):
        with repository.use_version(ModelSpec(name="digits", version_label="new")):
            pass


def test_a_start_without_a_version_ends_with_a_sentence(start, base_path):
    shutil.rmtree(base_path / "1")
    with pytest.raises(RuntimeError, match="should hold a version.* Received: none in .*digits"):
        start()


def test_a_start_waits_for_a_version_to_appear(start, saved_model, base_path):
    (base_path / "1").rename(base_path / ".tmp-1")
    timer = threading.Timer(0.2, (base_path / ".tmp-1").rename, [base_path / "1"])
    timer.start()
    assert served_version(start(load_timeout=20.0)) == 1
    timer.join()


def test_a_start_on_a_broken_version_gives_its_reason(start, base_path):
    shutil.rmtree(base_path / "1" / "variables")
    with pytest.raises(RuntimeError, match="^model digits: version 1 failed to load: "):
        start(load_timeout=20.0)


@pytest.fixture
def other_base_path(brighter_saved_model, tmp_path):
    shutil.copytree(brighter_saved_model, tmp_path / "others" / "7")
    return tmp_path / "others"


def configs_of(**base_paths):
    return model_config.from_base_paths(base_paths)


def test_reloading_adds_and_removes_models(start, base_path, other_base_path):
    repository = start()
    repository.reload(configs_of(others=other_base_path))
    with repository.use_version(ModelSpec(name="others")) as used:
        assert used.version == 7
    with pytest.raises(StatusError, match=r"^Servable not found for request: Latest\(digits\)$"):
        served_version(repository)
    assert states(repository) == {1: "END"}
    repository.reload(configs_of(digits=base_path, others=other_base_path))
    assert served_version(repository) == 1
    repository.reload([])
    assert not repository.configs()


def test_reloading_keeps_what_stays(start, base_path, other_base_path, events):
    repository = start()
    with repository.use_version(DIGITS) as before:
        repository.reload(configs_of(digits=base_path, others=other_base_path))
    with repository.use_version(DIGITS) as after:
        assert after.servable is before.servable
    assert events.count("model digits: version 1 available") == 1


def test_reloading_follows_another_base_path(start, other_base_path):
    repository = start()
    repository.reload(configs_of(digits=other_base_path))
    assert served_version(repository) == 7
    assert states(repository) == {7: "AVAILABLE"}


def test_reloading_changes_the_policy_and_the_labels(start, saved_model, base_path):
    repository = start()
    shutil.copytree(saved_model, base_path / "2")
    (config,) = configs_of(digits=base_path)
    text_format.Merge(
        'model_version_policy { all {} } version_labels { key: "old" value: 1 }', config
    )
    repository.reload([config])
    assert states(repository) == {2: "AVAILABLE", 1: "AVAILABLE"}
    with repository.use_version(ModelSpec(name="digits", version_label="old")) as used:
        assert used.version == 1


def test_a_config_that_does_not_load_changes_nothing(start, base_path, tmp_path):
    repository = start()
    (tmp_path / "broken" / "1").mkdir(parents=True)
    with pytest.raises(StatusError, match="model others: version 1 failed to load") as caught:
        repository.reload(configs_of(others=tmp_path / "broken"))
    assert caught.value.code == grpc.StatusCode.FAILED_PRECONDITION
    assert served_version(repository) == 1
    (tmp_path / "empty").mkdir()
    with pytest.raises(StatusError, match="model others: no version that the config asks for in "):
        repository.reload(configs_of(others=tmp_path / "empty"))
    (config,) = configs_of(digits=base_path)
    config.version_labels["new"] = 2
    with pytest.raises(
        StatusError,
        match="^Request to assign label to version 2 of model digits, which is not currently "
        "available for inference$",
    ):
        repository.reload([config])
    assert served_version(repository) == 1


def test_a_config_file_is_followed(base_path, other_base_path, tmp_path, events):
    path = tmp_path / "models.config"

    def write(*models):
        entries = [f'config {{ name: "{name}" base_path: "{base}" }}' for name, base in models]
        path.write_text(f"model_config_list {{ {' '.join(entries)} }}")

    write(("digits", base_path))
    repository = ModelRepository(
        model_config.read(path),
        poll_wait_seconds=0,
        config_file=str(path),
        config_file_poll_seconds=3600,
        report=events.append,
    )
    repository.start(load_timeout=0.0)
    try:
        write(("digits", base_path), ("others", other_base_path))
        repository.read_config_file()
        assert [config.name for config in repository.configs()] == ["digits", "others"]
        events.clear()
        repository.read_config_file()
        assert events == []
        path.write_text("nonsense")
        repository.read_config_file()
        repository.read_config_file()
        (complaint,) = events
        assert "not reloaded: Invalid protobuf file: " in complaint
        assert served_version(repository) == 1
    finally:
        repository.stop()


def test_a_policy_that_nothing_fits_changes_nothing(start, saved_model, base_path):
    repository = start()
    (config,) = configs_of(digits=base_path)
    text_format.Merge("model_version_policy { specific { versions: 9 } }", config)
    with pytest.raises(StatusError, match="no version that the config asks for"):
        repository.reload([config])
    assert served_version(repository) == 1
    shutil.copytree(saved_model, base_path / "2")
    (base_path / "2" / "saved_model.pb").write_bytes(b"x")
    config.model_version_policy.specific.versions[:] = [2]
    with pytest.raises(StatusError):
        repository.reload([config])
    assert served_version(repository) == 1


def test_a_refused_config_leaves_the_version_that_answered(start, saved_model, base_path):
    text = "model_version_policy { specific { versions: 1 } }"
    repository = start(text)
    shutil.copytree(saved_model, base_path / "2")
    (config,) = configs_of(digits=base_path)
    text_format.Merge("model_version_policy { specific { versions: 2 } }", config)
    config.version_labels["old"] = 1
    with pytest.raises(StatusError, match="Request to assign label to version 1"):
        repository.reload([config])
    assert served_version(repository) == 1


def test_polling_survives_whatever_happens(start, base_path, saved_model, monkeypatch, caplog):
    (config,) = configs_of(digits=base_path)
    reports = []
    repository = ModelRepository([config], poll_wait_seconds=0.05, report=reports.append)
    repository.start(load_timeout=0.0)
    monkeypatch.setattr(model_config, "find_versions", lambda path: 1 / 0)
    deadline = time.monotonic() + 10
    while "polling failed" not in caplog.text and time.monotonic() < deadline:
        time.sleep(0.02)
    monkeypatch.undo()
    shutil.copytree(saved_model, base_path / "2")
    while served_version(repository) != 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    repository.stop()
    assert "model digits: version 2 available" in reports


@pytest.mark.skipif(not Path("/proc/1").is_dir(), reason="needs a directory like /proc")
def test_a_path_that_takes_long_to_look_through_is_refused_soon(start):
    repository = start()
    started = time.monotonic()
    with pytest.raises(StatusError, match="failed to load"):
        repository.reload(configs_of(digits="/proc"))
    assert time.monotonic() - started < 5
    assert served_version(repository) == 1
