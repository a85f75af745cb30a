import pytest

from keras_infogan.runs import comparison


def test_the_table_of_the_runs_is_printed(run_command, monkeypatch):
    monkeypatch.setattr(comparison, "read_groups", lambda paths: list(paths))
    monkeypatch.setattr(comparison, "table", lambda groups: f"{groups} side by side")
    assert run_command("compare", "A", "B") == (0, "['A', 'B'] side by side\n", "")


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        ([], 1, "two runs or more"),
        (["A", "B"], 1, "Received: A, which has no config.json"),
    ],
)
def test_a_mistake_is_one_line(refused, arguments, status, message):
    refused("compare", arguments, status, message)


def test_help(shows_help):
    shows_help("compare", "DIR DIR")
