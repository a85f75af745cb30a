import pytest


@pytest.mark.slow
def test_scores_are_written_and_printed(run_command, finished_run):
    status, out, err = run_command("evaluate", f"--workdir={finished_run}")
    assert (status, err) == (0, "")
    assert "information/digit" in out
    assert (finished_run / "evaluation.json").is_file()


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["--workdir=W"], 1, "should hold a run that infogan-train started. Received: W"),
        (["--workdir=W", "--metrics=fid"], 1, "among .*'codes'.* Received: .'fid'"),
        (["--workdir=W", "--samples=1"], 2, "samples"),
    ],
)
def test_a_mistake_is_one_line(refused, arguments, status, message):
    refused("evaluate", arguments, status, message)


def test_help(shows_help):
    shows_help("evaluate", "--workdir=DIR", "workdir")
