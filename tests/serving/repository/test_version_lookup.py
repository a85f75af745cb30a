import pytest
from tensorflow_serving.apis import model_pb2

from keras_infogan.serving.protocol.errors import StatusError
from keras_infogan.serving.repository import model_config, version_lookup
from keras_infogan.serving.repository.loading import LoadingOptions
from keras_infogan.serving.repository.model import Model


@pytest.fixture
def models(base_path):
    (config,) = model_config.from_base_paths({"digits": base_path})
    config.version_labels["stable"] = 1
    model = Model(config, LoadingOptions(), report=lambda event: None)
    model.poll()
    yield {"digits": model}
    model.close()


def spec(name="digits", version=None, label=""):
    made = model_pb2.ModelSpec(name=name)
    if version is not None:
        made.version.value = version
    if label:
        made.version_label = label
    return made


@pytest.mark.parametrize("wanted", [spec(), spec(version=1), spec(label="stable")])
def test_a_version_is_used_until_its_use_ends(models, wanted):
    version, servable = version_lookup.begin_use(models, wanted)
    assert version.number == 1
    version.retire()
    assert servable.signatures
    assert version.status().state == version.status().UNLOADING
    version.end_use()
    assert version.status().state == version.status().END


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        (spec(name=""), "ModelSpec has no name specified."),
        (spec(name="m"), "Servable not found for request: Latest(m)"),
        (spec(version=9), "Servable not found for request: Specific(digits, 9)"),
        (spec(label="new"), "Unrecognized servable version label: new"),
        (spec(name="m", label="new"), "Unrecognized servable version label: new"),
    ],
)
def test_what_is_not_there_has_tensorflow_serving_s_answer(models, wanted, text):
    with pytest.raises(StatusError) as caught:
        version_lookup.begin_use(models, wanted)
    assert caught.value.message == text


def test_a_version_that_retires_meanwhile_is_looked_for_again(models, monkeypatch):
    model, looks = models["digits"], []
    monkeypatch.setattr(
        type(model.find(1)), "begin_use", lambda version: looks.append(version.number)
    )
    with pytest.raises(StatusError, match="Servable not found"):
        version_lookup.begin_use(models, spec())
    assert looks == [1, 1, 1]
