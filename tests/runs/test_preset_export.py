import json

import pytest

from keras_infogan.configs import mnist
from keras_infogan.runs.directory import PresetDirectory, WorkDirectory
from keras_infogan.runs.model_file import save_model
from keras_infogan.runs.preset_export import export_preset, terms_of_run
from keras_infogan.trained import Terms


@pytest.fixture
def run(make_model, tmp_path):
    """A finished run on a folder."""
    directory = WorkDirectory(tmp_path / "run")
    config = mnist.get_config().to_dict()
    config["data"].update(name="image_folder", path="/somewhere")
    directory.start(config)
    save_model(make_model(), directory)
    return directory


def test_what_is_kept_of_the_run(run, tmp_path):
    run.evaluation.write_text(json.dumps({"seed": 0}))
    run.data.write_text(json.dumps({"classes": ["a", "b"]}))
    export_preset(run, tmp_path / "preset")
    preset = PresetDirectory(str(tmp_path / "preset"))
    assert preset.read_config() == {
        **run.read_config(),
        "data": {**run.read_config()["data"], "path": ""},
    }
    assert preset.read_scores() == {"seed": 0}
    assert preset.read_data() == {"classes": ["a", "b"]}


def test_terms_are_those_given_then_those_of_the_preset(run, tmp_path):
    out = tmp_path / "preset"
    assert export_preset(run, out) == Terms("image_folder", "not known")
    given = Terms("My pictures", "MIT")
    assert export_preset(run, out, given) == given
    assert terms_of_run(PresetDirectory(str(out))) == given


def test_a_preset_may_be_exported_over_itself(run, tmp_path):
    out = tmp_path / "preset"
    run.evaluation.write_text(json.dumps({"seed": 0}))
    export_preset(run, out)
    export_preset(PresetDirectory(str(out)), out)
    assert PresetDirectory(str(out)).read_scores() == {"seed": 0}
    assert not [path for path in out.iterdir() if path.name.startswith(".")]
