import re
import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf

from keras_infogan import datasets, networks

SMALL = """
from keras_infogan.configs import mnist


def get_config():
    config = mnist.get_config()
    config.name = config.architecture = "tiny"
    config.steps = 2
    config.steps_per_epoch = 2
    config.batch_size = 16
    return config
"""


@pytest.fixture
def config_file(tmp_path):
    path = tmp_path / "tiny.py"
    path.write_text(SMALL)
    return path


@pytest.fixture
def tiny_data(monkeypatch, images, make_networks):
    def load_images(name, split, data_dir=None, **settings):
        return datasets.LabeledImages(images, {"label": np.arange(32) % 3})

    monkeypatch.setattr(datasets, "load_images", load_images)
    monkeypatch.setitem(networks.ARCHITECTURES, "tiny", make_networks)


@pytest.mark.slow
@pytest.mark.usefixtures("tiny_data")
def test_train_evaluate_traverse_export(run_command, config_file, tmp_path):
    run, picture, base = tmp_path / "run", tmp_path / "digit.png", tmp_path / "models"
    status, out, err = run_command(
        "train", f"--config={config_file}", f"--workdir={run}", "--config.seed=3"
    )
    assert status == 0, err
    assert "trained to step 2" in out
    assert "Traceback" not in err

    status, out, err = run_command("evaluate", f"--workdir={run}")
    assert (status, err) == (0, "")
    assert "information/digit" in out
    assert (run / "evaluation.json").is_file()

    status, out, err = run_command(
        "traverse",
        f"--workdir={run}",
        f"--out={picture}",
        "--code=style",
        "--rows=2",
        "--columns=3",
    )
    assert (status, err) == (0, "")
    assert out == f"{picture}: 2 noises down, style across\n"
    height, width, _ = tf.io.decode_png(picture.read_bytes()).shape
    assert (height >= 2 * 8, width >= 2 * 3 * 8) == (True, True)

    status, out, err = run_command("export", f"--workdir={run}", f"--model_base_path={base}")
    assert (status, out, err) == (0, f"{base / '1'}\n", "")
    assert (base / "1" / "saved_model.pb").is_file()

    status, out, err = run_command(
        "traverse", f"--workdir={run}", f"--out={picture}", "--code=digits"
    )
    assert (status, out) == (1, "")
    assert err.count("\n") == 1
    assert "Received: 'digits'" in err


@pytest.mark.parametrize(
    ("name", "arguments", "status", "message"),
    [
        ("train", ["--config=mnist"], 2, "--workdir"),
        ("train", ["--workdir=W"], 2, "--config"),
        (
            "train",
            ["--config=nist", "--workdir=W"],
            2,
            "basicprop_line, .*mnist.* Received: 'nist'",
        ),
        ("train", ["--config=mnist", "--workdir=W", "--config.stepz=3"], 2, "stepz"),
        ("train", ["--config=mnist", "--workdir=W", "--config.steps=many"], 2, "many"),
        ("train", ["--config=mnist", "--workdir=W", "--config.steps=0"], 1, "config.steps should"),
        ("evaluate", ["--workdir=W"], 1, "should hold a run that infogan-train began. Received: W"),
        ("export", ["--workdir=W"], 2, "--model_base_path"),
        ("export", ["--workdir=W", "--model_base_path=M"], 1, "should hold a run"),
        ("traverse", ["--workdir=W", "--out=F.png", "--rows=0"], 2, "rows"),
        ("traverse", ["--workdir=W", "--out=F.png", "--columns=1"], 2, "columns"),
        ("demo", [], 2, "--workdir"),
        ("compare", [], 1, "two runs or more"),
        ("compare", ["A", "B"], 1, "Received: A, which has no config.json"),
        ("evaluate", ["--workdir=W", "--metrics=fid"], 1, "among .*'codes'.* Received: .'fid'"),
        ("evaluate", ["--workdir=W", "--samples=1"], 2, "samples"),
    ],
)
def test_a_mistake_is_one_line(
    run_command, tmp_path, monkeypatch, name, arguments, status, message
):
    monkeypatch.chdir(tmp_path)
    ended, out, err = run_command(name, *arguments)
    assert (ended, out) == (status, ""), err
    assert err.startswith(f"infogan-{name}: error: ")
    assert err.count("\n") == 1
    assert re.search(message, err)
    assert list(tmp_path.iterdir()) == []


def test_a_config_that_raises_is_one_line(run_command, tmp_path):
    path = tmp_path / "broken.py"
    path.write_text("def get_config(:\n")
    status, out, err = run_command("train", f"--config={path}", f"--workdir={tmp_path / 'W'}")
    assert (status, out) == (2, "")
    assert err.startswith("infogan-train: error: ")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "name", ["train", "evaluate", "traverse", "export", "study", "demo", "report"]
)
def test_help(run_command, name):
    status, out, err = run_command(name, "--help")
    assert (status, err) == (0, "")
    assert f"infogan-{name} --" in out
    assert "--workdir: " in out


def test_help_of_compare(run_command):
    status, out, err = run_command("compare", "--help")
    assert (status, err) == (0, "")
    assert "infogan-compare DIR DIR" in out


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--config=mnist", "--workdir=W", "--confg.steps=1"], "confg"),
        (
            ["--config=mnist", "--workdir=W", "--data_dir=missing", "--config.data.name=nist"],
            "nist",
        ),
    ],
    ids=["bad flag", "bad data"],
)
def test_a_process_says_one_line_and_leaves_nothing(tmp_path, arguments, message):
    ended = subprocess.run(
        [sys.executable, "-m", "keras_infogan.cli.train", *arguments],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=120,
        check=False,
    )
    assert ended.returncode in (1, 2)
    assert ended.stdout == ""
    assert ended.stderr.startswith("infogan-train: error: ")
    assert ended.stderr.count("\n") == 1
    assert message in ended.stderr
    assert not (tmp_path / "W").exists()
