import pytest

from keras_infogan.studies import STUDIES
from keras_infogan.studies.directory import StudyDirectory
from keras_infogan.studies.plan import StudyOptions, plan_runs


def test_the_command_can_be_typed():
    settings = ("batch_size=64", "policy=float32")
    options = StudyOptions("my runs", seeds=2, steps=5, rows=("line",), set=settings)
    assert options.command(STUDIES["quick"]) == (
        "infogan-study --study=quick '--workdir=my runs' --seeds=2 --steps=5 "
        "--set=batch_size=64 --set=policy=float32"
    )
    assert options.settings() == {"steps": 5, "batch_size": 64, "policy": "float32"}


@pytest.mark.parametrize("setting", ["batch_size", "=64", ""])
def test_what_to_set_names_a_field_and_a_value(setting):
    with pytest.raises(ValueError, match="`set` should be FIELD=VALUE. Received"):
        StudyOptions("runs", seeds=1, set=(setting,))


def test_rows_on_the_same_data_share_a_classifier(tmp_path):
    rows = ("sprites_pyramid", "sprites_pyramid_one_size", "captioned_sprites", "mnist_bigan")
    directory = StudyDirectory(tmp_path)
    runs = plan_runs(STUDIES["slides"], StudyOptions(str(tmp_path), seeds=1, rows=rows))
    flags = {run.row.name: run.task(directory, None).commands[1][1] for run in runs}
    of_row = {name: [flag for flag in each if "classifier" in flag] for name, each in flags.items()}
    pyramid, one_size, captioned, bigan = (of_row[name] for name in rows)
    assert pyramid == one_size != captioned
    assert pyramid[0].startswith(f"--classifier={directory.classifiers}/")
    assert bigan == []  # none of its measures has one
