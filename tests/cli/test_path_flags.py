import pytest
from absl import flags

from keras_infogan.cli.path_flags import PathParser


@pytest.mark.parametrize(
    ("given", "meant"), [("~/runs", "/home/someone/runs"), ("runs/~", "runs/~"), ("", "")]
)
def test_a_tilde_at_the_start_is_the_home_directory(monkeypatch, given, meant):
    monkeypatch.setenv("HOME", "/home/someone")
    assert PathParser().parse(given) == meant


def test_tools_see_a_string_flag():
    assert isinstance(PathParser(), flags.ArgumentParser)
    assert PathParser().flag_type() == "string"
