import pytest

from keras_infogan.studies import STUDIES
from keras_infogan.studies.plan import StudyOptions


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
