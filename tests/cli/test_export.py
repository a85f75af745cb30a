import pytest


def test_the_model_is_the_next_version(run_command, finished_run, tmp_path):
    base = tmp_path / "models"
    (base / "6").mkdir(parents=True)
    status, out, err = run_command(
        "export", f"--workdir={finished_run}", f"--model_base_path={base}"
    )
    assert (status, out, err) == (0, f"{base / '7'}\n", "")
    assert (base / "7" / "saved_model.pb").is_file()


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["--workdir=W"], 1, "=savedmodel should come with --model_base_path alone"),
        (["--workdir=W", "--model_base_path=M"], 1, "should hold a run"),
    ],
)
def test_a_mistake_is_one_line(refused, arguments, status, message):
    refused("export", arguments, status, message)


def test_help(shows_help):
    shows_help("export", "--workdir=DIR", "workdir")
