import json
import os
import re
import signal
import subprocess
import sys
import time

import pytest

from keras_infogan.datasets import basicprop


class SmallLine(basicprop.BasicPropLine, skip_registration=True):
    """As many images as the quick study needs."""

    name = "basic_prop_line"
    EXAMPLES_PER_CLASS = {"train": 200, "test": 50}


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["--workdir=W"], 2, "Exactly one of .study, sweep."),
        (["--study=quick", "--sweep=mnist", "--workdir=W"], 2, "Exactly one of .study, sweep."),
        (
            ["--study=quick", "--grid=steps=1,2", "--workdir=W"],
            1,
            "--grid should come with --sweep",
        ),
        (["--sweep=mnist", "--workdir=W"], 1, "at least one field"),
        (["--sweep=mnist", "--grid=batches=1,2", "--workdir=W"], 1, "batches"),
        (["--study=quick", "--workdir=W", "--parallel=0"], 2, "parallel"),
        (
            ["--study=quick", "--workdir=W", "--gpus=1"],
            1,
            "--gpus should come with runs through Ray",
        ),
        (["--study=quick"], 2, "--workdir"),
        (
            ["--study=slow", "--workdir=W"],
            2,
            r"study=slow.*disentanglement\|evtimova\|mnist_seeds\|poster\|quick\|rectangles\|slides\|wasserstein",
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
    for flag in ("study", "sweep", "grid", "workdir", "seeds", "steps", "rows", "set", "data_dir"):
        assert f"--{flag}: " in out
    for flag in ("parallel", "ray_address", "threads", "gpus"):
        assert f"--{flag}: " in out


def test_without_ray_it_says_how_to_get_it(run_command, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    for flag in ("--parallel=2", "--ray_address=auto"):
        status, out, err = run_command("study", "--study=quick", f"--workdir={tmp_path}/W", flag)
        assert status == 1
        assert err.startswith("infogan-study: error: Ray is needed for more than one at a time: ")
        assert "pip install 'keras-infogan[ray]'" in err
        assert err.count("\n") == 1


@pytest.fixture(scope="module")
def arguments(tmp_path_factory):
    """Of a study of two runs that end bit for bit where they ended before."""
    data = tmp_path_factory.mktemp("data")
    SmallLine(data_dir=data).download_and_prepare()
    settings = ("networks.width_multiplier=0.1", "deterministic=True", "threads=1")
    return [
        "--study=quick",
        "--steps=2",
        "--threads=1",
        f"--data_dir={data}",
        *(f"--set={setting}" for setting in settings),
    ]


@pytest.fixture(scope="module")
def one_after_the_other(arguments, tmp_path_factory):
    """That study's directory, and what the command said."""
    study = tmp_path_factory.mktemp("studies") / "study"
    process, out = start([*arguments, f"--workdir={study}"]), []
    assert finish(process, out) == 0, "".join(out)
    return study, "".join(out)


def start(arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "keras_infogan.cli.study", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def finish(process, lines):
    lines.extend(process.stdout)
    process.stdout.close()
    return process.wait()


@pytest.mark.slow
def test_the_quick_study(run_command, arguments, one_after_the_other):
    study, out = one_after_the_other
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

    status, out, err = run_command("study", *arguments, f"--workdir={study}")
    assert (status, err) == (0, "")
    assert "2 runs, 2 of them finished before" in out
    assert "[2/2]" not in out


@pytest.mark.slow
def test_ray_makes_the_same_study_and_tries_again(arguments, one_after_the_other, tmp_path):
    pytest.importorskip("ray")
    serial, said = one_after_the_other
    study = tmp_path / "study"
    broken = study / "information" / "seed_0.log"
    process, lines = start([*arguments, f"--workdir={study}", "--parallel=2"]), []
    for line in process.stdout:
        lines.append(line)
        if "2 runs, 0 of them" in line:
            broken.mkdir(parents=True)  # no child can write its log
        if "it will be retried" in line and broken.is_dir():
            broken.rmdir()
    out = "".join(lines)
    assert finish(process, lines) == 0, out
    assert "[1/2] information, seed 0: failed after 0:00:0" in out
    assert f"Is a directory: '{broken}'; it will be retried" in out
    assert table(out) == table(said)
    assert {path.name for path in study.iterdir()} == {path.name for path in serial.iterdir()}
    records, others = (json.loads((path / "runs.json").read_text()) for path in (study, serial))
    assert records["information/seed_0"]["attempts"] > 1
    assert records["no_information/seed_0"]["attempts"] == 1
    for row in ("information", "no_information"):
        run = f"{row}/seed_0"
        for file in ("evaluation.json", "config.json", "images/place-0000002.png"):
            assert (study / run / file).read_bytes() == (serial / run / file).read_bytes()
        record, other = records[run], others[run]
        assert (record["status"], record["message"]) == ("finished", "")
        assert record["versions"] == other["versions"]
        assert [line.replace(str(study), str(serial)) for line in record["commands"]] == (
            other["commands"]
        )


def table(out):
    return out[out.index("row   ") : out.index("page: ")]


@pytest.mark.slow
def test_ray_lets_runs_save_and_goes_on(arguments, tmp_path, is_long):
    if not is_long:
        pytest.skip("starts Ray twice: KERAS_INFOGAN_LONG=1 runs it")
    pytest.importorskip("ray")
    study = tmp_path / "study"
    command = [*arguments, f"--workdir={study}", "--parallel=2", "--steps=3000"]
    process, out = start(command), []
    wait_for(lambda: all(has_begun(study, row) for row in ("information", "no_information")))
    child = json.loads((study / "information" / "seed_0" / "lock").read_text())["pid"]
    os.kill(child, signal.SIGKILL)
    wait_for(lambda: "failed" in statuses(study))
    wait_for(lambda: trains_again(study, "information"))
    process.send_signal(signal.SIGTERM)
    assert finish(process, out) == 130, "".join(out)
    assert "infogan-train was ended by SIGKILL, after: " in "".join(out)
    assert statuses(study) == ["interrupted", "interrupted"]
    logs = [path.read_text() for path in study.glob("*/*.log")]
    assert all("which is saved: rerun the same command to resume" in log for log in logs), logs

    out = []
    assert finish(start(command), out) == 0, "".join(out)
    assert statuses(study) == ["finished", "finished"]


def wait_for(condition):
    while not condition():
        time.sleep(0.1)


def has_begun(study, row):
    return (study / row / "seed_0" / "metrics.csv").exists()


def statuses(study):
    records = study / "runs.json"
    return (
        [record["status"] for record in json.loads(records.read_text()).values()]
        if records.exists()
        else []
    )


def trains_again(study, row):
    starts = (study / row / "seed_0.log").read_text().split("starting at step")
    return len(starts) == 3 and "images/s" in starts[2]
