import re

import pytest


@pytest.mark.slow
def test_a_table_that_a_second_call_repeats(run_command, finished_run, tmp_path):
    out_dir = tmp_path / "out"
    arguments = [
        f"--workdir={finished_run}",
        f"--out={out_dir}",
        "--images_per_category=4",
        "--updates=1",
    ]
    arguments += ["--labels_per_class=2", "--draws=1"]
    status, out, err = run_command("augment", *arguments)
    assert (status, err) == (0, "")
    assert out.startswith("dataset: ")
    assert "by the first draw of 2 labels per class: 0: " in out
    assert re.search(r"^ +2  0\.\d{4} ", out, re.MULTILINE)
    assert (out_dir / "augmentation.json").is_file()

    status, again, err = run_command("augment", *arguments)
    assert (status, again, err) == (0, out, "")
    status, out, err = run_command("augment", *arguments, "--seed=1")
    assert (status, out) == (1, "")
    assert "holds another augmentation: it differs in seed. " in err
    assert "Give the settings that it was started with, or another --out." in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["--workdir=W"], 2, "--out"),
        (["--workdir=W", "--out=O"], 1, "should hold a run .* Received: W"),
        (["--workdir=W", "--out=O", "--draws=0"], 2, "draws"),
        (["--workdir=W", "--out=O", "--labels_per_class=1,x"], 1, "Received: 1,x"),
    ],
)
def test_a_mistake_is_one_line(refused, arguments, status, message):
    refused("augment", arguments, status, message)


def test_help(shows_help):
    shows_help("augment", "--workdir=DIR", "workdir")
