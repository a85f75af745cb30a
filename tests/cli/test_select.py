import re

import pytest


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["--config=mnist", "--categories=5,10"], 2, "--workdir"),
        (["--workdir=W", "--categories=5,10"], 2, "--config"),
        (["--config=nist", "--workdir=W", "--categories=5"], 2, r"one of <basicprop_line\|"),
        (["--config=mnist", "--workdir=W"], 1, "sizes to choose from"),
        (["--config=mnist", "--workdir=W", "--categories=5", "--seeds=1"], 1, "at least 2"),
        (["--config=svhn", "--workdir=W", "--categories=5"], 1, "'category_4'"),
        (["--config=mnist", "--workdir=W", "--categories=5", "--images=1"], 2, "images"),
        (
            ["--config=mnist", "--workdir=W", "--categories=5", "--gpus=1"],
            1,
            "--gpus should come with runs",
        ),
    ],
)
def test_a_mistake_is_one_line(run_command, tmp_path, monkeypatch, arguments, status, message):
    monkeypatch.chdir(tmp_path)
    ended, out, err = run_command("select", *arguments)
    assert (ended, out) == (status, ""), err
    assert err.startswith("infogan-select: error: ")
    assert err.count("\n") == 1
    assert re.search(message, err)
    assert not list(tmp_path.iterdir())


def test_help(run_command):
    status, out, err = run_command("select", "--help")
    assert (status, err) == (0, "")
    assert "infogan-select --config=mnist_consistent --workdir=DIR" in out
    for flag in ("config", "categories", "continuous", "grid", "images", "seeds", "parallel"):
        assert f"--{flag}: " in out


def test_the_study_is_run_and_ranked(run_command, tmp_path, monkeypatch):
    from keras_infogan.selection import ranking
    from keras_infogan.studies import running

    asked = []
    monkeypatch.setattr(running, "run_study", lambda study, *others: asked.append(study))
    monkeypatch.setattr(
        ranking, "rank_candidates", lambda study, options, count: f"{options.seeds} {count}"
    )
    status, out, err = run_command(
        "select", "--config=mnist", f"--workdir={tmp_path}", "--categories=8,10", "--images=50"
    )
    assert (status, out, err) == (1, "3 50\n", "")  # a run failed, which None stands for
    assert [row.name for row in asked[0].rows] == ["digit_8", "digit_10"]
