import pytest
from google.protobuf import text_format

from keras_infogan.serving.repository import model_config
from keras_infogan.serving.repository.loading import LoadingOptions
from keras_infogan.serving.repository.model import Model
from keras_infogan.serving.repository.model_config import VersionPolicy


@pytest.fixture
def base(tmp_path):
    (tmp_path / "digits").mkdir()
    return tmp_path / "digits"


def test_versions_are_directories_named_by_an_integer(base):
    for name in ["1", "00000123", ".tmp-7", "v2", "-1", "1_0", " 3", "９", "9" * 30]:
        (base / name).mkdir()
    (base / "8").write_text("a file")
    found = model_config.find_versions(base)
    assert found == {1: base / "1", 123: base / "00000123"}


@pytest.mark.parametrize(
    ("policy", "chosen"),
    [
        ("", [9]),
        ("latest {}", [9]),
        ("latest { num_versions: 2 }", [3, 9]),
        ("latest { num_versions: 5 }", [1, 3, 9]),
        ("all {}", [1, 3, 9]),
        ("specific { versions: 3 versions: 4 }", [3]),
    ],
)
def test_a_policy_chooses_versions(policy, chosen):
    parsed = text_format.Parse(policy, VersionPolicy())
    assert model_config.choose_versions(parsed, [9, 1, 3]) == chosen


def test_no_version_is_no_choice():
    assert model_config.choose_versions(VersionPolicy(), []) == []


def test_a_config_file_names_several_models(base, tmp_path):
    path = tmp_path / "models.config"
    path.write_text(
        f'model_config_list {{ config {{ name: "a" base_path: "{base}" }}'
        f' config {{ name: "b" base_path: "{base}" model_platform: "tensorflow" }} }}'
    )
    assert [config.name for config in model_config.read(path)] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "nonsense",
            "^Invalid protobuf file: '.*models.config'. It should be a ModelServerConfig text",
        ),
        ("", "should hold a model_config_list. Received: "),
        ("model_config_list {}", "should have at least one model. Received: none"),
        (
            "model_config_list { config {} }",
            "should have a name and a base path. Received: name=''",
        ),
        (
            'model_config_list { config { name: "a" base_path: "BASE" model_platform: "torch" } }',
            "model_platform of a should be 'tensorflow'. Received: 'torch'",
        ),
        (
            'model_config_list { config { name: "a" base_path: "BASE" } '
            'config { name: "a" base_path: "BASE" } }',
            "should be configured once. Received: a twice",
        ),
    ],
)
def test_a_wrong_config_file_says_what_is_wrong(base, tmp_path, text, message):
    path = tmp_path / "models.config"
    path.write_text(text.replace("BASE", str(base)))
    with pytest.raises(ValueError, match=message):
        model_config.read(path)


def test_a_base_path_must_be_there(tmp_path):
    with pytest.raises(FileNotFoundError, match="base path of model m should be a directory"):
        model_config.from_base_paths({"m": tmp_path / "nothing"})


def test_a_saved_model_is_no_base_path(saved_model):
    with pytest.raises(ValueError, match="should hold numbered versions, and is itself a"):
        model_config.from_base_paths({"m": saved_model})


def test_a_base_path_in_the_home_directory(base, monkeypatch):
    monkeypatch.setenv("HOME", str(base.parent))
    (config,) = model_config.from_base_paths({"digits": f"~/{base.name}"})
    assert Model(config, LoadingOptions(), print).base_path == base
