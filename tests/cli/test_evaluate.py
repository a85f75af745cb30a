import json
import re

import numpy as np
import pytest

from keras_infogan import datasets


@pytest.mark.slow
def test_scores_are_written_and_printed(run_command, finished_run):
    status, out, err = run_command("evaluate", f"--workdir={finished_run}")
    assert (status, err) == (0, "")
    assert "information/digit" in out
    assert (finished_run / "evaluation.json").is_file()


@pytest.mark.slow
def test_the_table_of_binary_labels(run_command, finished_run, images, monkeypatch):
    labeled = datasets.LabeledImages(images, {"Smiling": np.arange(32) % 2})
    monkeypatch.setattr(datasets, "load_images", lambda *args, **settings: labeled)
    flags = [f"--workdir={finished_run}", "--metrics=attribute_table"]
    status, out, err = run_command("evaluate", *flags)
    assert (status, err) == (0, "")
    assert "attribute_table: of the codes, 0 is digit, 1 is style_0, 2 is style_1\n" in out
    assert re.search(
        r"\nattribute +code +balanced accuracy +shuffled\nSmiling +[012] +0\.\d{4} ", out
    )
    record = json.loads((finished_run / "evaluation.json").read_text())
    assert {"attribute/Smiling", "attribute_code/Smiling"} <= set(record)


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
