import pytest

from keras_infogan.runs import demo


def test_the_demonstration_has_its_directory_and_its_seed(run_command, monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(demo, "run_demo", lambda path, seed: asked.append((path, seed)))
    assert run_command("demo", f"--workdir={tmp_path}", "--seed=4") == (0, "", "")
    assert asked == [(tmp_path, 4)]


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        ([], 2, "--workdir should be given. Received: no such flag \\(see infogan-demo --help"),
    ],
)
def test_a_mistake_is_one_line(refused, arguments, status, message):
    refused("demo", arguments, status, message)


def test_help(shows_help):
    shows_help("demo", "--workdir=DIR", "workdir")
