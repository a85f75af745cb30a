import json
import re

import pytest

from keras_infogan.datasets import basicprop


class SmallLine(basicprop.BasicPropLine, skip_registration=True):
    """As many images as the quick study needs."""

    name = "basic_prop_line"
    EXAMPLES_PER_CLASS = {"train": 200, "test": 50}


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["--workdir=W"], 2, "--study"),
        (["--study=quick"], 2, "--workdir"),
        (
            ["--study=slow", "--workdir=W"],
            2,
            r"study=slow.*disentanglement\|evtimova\|mnist_seeds\|poster\|quick\|rectangles\|wasserstein",
        ),
        (["--study=quick", "--workdir=W", "--seeds=0"], 2, "seeds"),
        (["--study=quick", "--workdir=W", "--steps=0"], 2, "steps"),
        (["--study=quick", "--workdir=W", "--set=batch_size"], 1, "FIELD=VALUE"),
        (
            ["--study=quick", "--workdir=W", "--rows=line"],
            1,
            "rows. should be among .'information'",
        ),
        (["--study=quick", "--workdir=W", "--set=batches=3"], 1, "batches"),
        (["--study=quick", "--workdir=."], 1, "should be empty or hold a study"),
    ],
)
def test_a_mistake_is_one_line(run_command, tmp_path, monkeypatch, arguments, status, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "thesis.tex").touch()
    ended, out, err = run_command("study", *arguments)
    assert (ended, out) == (status, ""), err
    assert err.startswith("infogan-study: error: ")
    assert err.count("\n") == 1
    assert re.search(message, err)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_help(run_command):
    status, out, err = run_command("study", "--help")
    assert (status, err) == (0, "")
    assert "infogan-study --study=quick --workdir=DIR" in out
    for flag in ("study", "workdir", "seeds", "steps", "rows", "set", "data_dir"):
        assert f"--{flag}: " in out


@pytest.mark.slow
def test_the_quick_study(run_command, tmp_path, capsys):
    study, data = tmp_path / "study", tmp_path / "data"
    SmallLine(data_dir=data).download_and_prepare()
    capsys.readouterr()  # TFDS draws its progress
    arguments = ["--study=quick", f"--workdir={study}", "--steps=2", f"--data_dir={data}"]
    arguments += ["--set=networks.width_multiplier=0.25"]
    status, out, err = run_command("study", *arguments)
    logs = "\n".join(path.read_text() for path in study.glob("*/*.log"))
    assert (status, err) == (0, ""), logs
    assert "[2/2] no_information, seed 0: finished" in out
    page = (study / "report.html").read_text()
    assert "2 of 2 runs finished, 0 failed, 0 to come" in page
    for row in ("information", "no_information"):
        run = study / row / "seed_0"
        scores = json.loads((run / "evaluation.json").read_text())
        assert scores["step"] == 2
        assert f"{scores['code_accuracy/place']:.3f}" in page
        assert (run / "images" / "place-0000002.png").is_file()
    assert page.count("data:image/png;base64,") == 2
    assert ", 2 updates" in page

    status, out, err = run_command("study", *arguments)
    assert (status, err) == (0, "")
    assert "2 runs, 2 of them finished before" in out
    assert "[2/2]" not in out
