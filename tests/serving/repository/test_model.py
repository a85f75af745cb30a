import shutil

import pytest

from keras_infogan.serving.protocol.errors import StatusError
from keras_infogan.serving.repository import model_config
from keras_infogan.serving.repository.loading import LoadingOptions
from keras_infogan.serving.repository.model import Model


@pytest.fixture
def make_model(base_path):
    made = []

    def make(**options):
        (config,) = model_config.from_base_paths({"digits": base_path})
        config.version_labels["stable"] = 1
        events = []
        made.append(Model(config, LoadingOptions(**options), events.append))
        made[-1].events = events
        return made[-1]

    yield make
    for model in made:
        model.close()


def numbers(versions):
    return [version.number for version in versions]


def test_a_poll_loads_what_is_new_and_then_retires_the_old(make_model, base_path):
    model = make_model()
    model.poll()
    assert numbers(model.available()) == [1]
    shutil.copytree(base_path / "1", base_path / "2")
    model.poll()
    assert numbers(model.available()) == [2]
    assert [status.version for status in model.statuses()] == [2, 1]
    assert model.find(2).number == 2
    assert model.find(1) is None
    assert model.events == [
        "model digits: version 1 available",
        "model digits: version 2 available",
        "model digits: version 1 retired",
    ]


def test_a_label_is_of_the_config(make_model):
    model = make_model()
    assert model.resolve_label("stable") == 1
    with pytest.raises(StatusError, match="^Unrecognized servable version label: new$"):
        model.resolve_label("new")


def test_a_failure_is_told_where_no_version_is_available(make_model, base_path):
    model = make_model()
    (base_path / "2").mkdir()
    model.poll()
    assert model.failure().startswith("model digits: version 2 failed to load: ")
    model.load_wanted(model.config)
    shutil.rmtree(base_path / "2")
    model.poll()
    assert model.failure() is None


def test_a_failed_version_is_tried_again_as_often_as_said(make_model, base_path):
    shutil.rmtree(base_path / "1")
    (base_path / "1").mkdir()
    model = make_model(max_num_load_retries=2, load_retry_interval_micros=0)
    for _ in range(6):
        model.poll()
    assert len(model.events) == 1 + 2
    assert numbers(model.available()) == []


def test_closing_retires_every_version(make_model):
    model = make_model()
    model.poll()
    model.close()
    assert model.available() == []
