import json
import re
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

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
FOLDER = ("--config=image_folder", "--config.networks.width_multiplier=0.125", "--config.steps=2")


def draw_folder(path, count, sizes=((24, 36), (20, 20)), mode="RGB"):
    """Images of random pixels, of one size after the other, in two sub-folders."""
    generator = np.random.default_rng(0)
    for index in range(count):
        height, width = sizes[index % len(sizes)]
        pixels = generator.integers(0, 256, [height, width, 3], dtype=np.uint8)
        file = path / f"class{index % 2}" / f"{index}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).convert(mode).save(file)
    return path


@pytest.mark.slow
@pytest.mark.usefixtures("tiny_data")
def test_a_config_of_ones_own_trains(run_command, tmp_path):
    config, run = tmp_path / "tiny.py", tmp_path / "run"
    config.write_text(SMALL)
    status, out, err = run_command(
        "train", f"--config={config}", f"--workdir={run}", "--config.seed=3"
    )
    assert status == 0, err
    assert "trained to step 2" in out
    assert "Traceback" not in err
    assert json.loads((run / "config.json").read_text())["seed"] == 3


@pytest.mark.slow
def test_a_folder_of_several_sizes_trains_evaluates_and_draws(run_command, tmp_path):
    data, run = draw_folder(tmp_path / "data", 20), tmp_path / "run"
    arguments = [*FOLDER, f"--config.data.path={data}", f"--workdir={run}", "--config.batch_size=8"]
    arguments += ["--config.categories=3", "--config.continuous=0"]
    status, out, err = run_command("train", *arguments)
    assert status == 0, err
    assert "folder: 20 images, from 20x20 to 24x36, in color; trained on as 32x32x3 (other: " in out
    assert "data: image_folder, 19 images of 32x32x3" in out
    assert "classes, with their training images: 0 = class0 (" in out
    kept = json.loads((run / "config.json").read_text())
    assert (kept["data"]["image_size"], kept["data"]["channels"]) == ([32, 32], 3)
    assert kept["latents"]["codes"]["category"]["size"] == 3

    status, out, err = run_command("train", *arguments)
    assert (status, "nothing is left to do" in out) == (0, True), err
    status, out, err = run_command("evaluate", f"--workdir={run}")
    assert status == 0, err
    assert "code_accuracy/category" in out
    assert "style" not in out


@pytest.mark.slow
@pytest.mark.parametrize(
    ("mode", "flags", "shape"),
    [
        ("L", [], (32, 32, 1)),
        ("RGB", ["--config.data.channels=1", "--config.data.image_size=16,24"], (16, 24, 1)),
    ],
)
def test_a_flag_says_size_and_colour(run_command, tmp_path, mode, flags, shape):
    data, run = draw_folder(tmp_path / "data", 10, mode=mode), tmp_path / "run"
    arguments = [f"--config.data.path={data}", f"--workdir={run}", "--config.batch_size=2"]
    status, out, err = run_command("train", *FOLDER, *arguments, *flags)
    assert status == 0, err
    assert f"images of {'x'.join(map(str, shape))}; starting" in out


@pytest.mark.parametrize(
    ("count", "flags", "message"),
    [
        (0, [], "path should be a folder of images .* Received: .*data, which holds none"),
        (1, [], "split should hold images. Received: 'train', which is empty"),
        (20, [], "config.batch_size times .* at most 19, the number of images. Received: 64"),
        (20, ["--config.data.image_size=30,30"], "'dcgan' makes images .* multiples of 4 from 8"),
        (20, ["--config.data.channels=2"], "channels should be 1 or 3. Received: 2"),
        (
            20,
            ["--config.categories=-1"],
            "`size` should be an int of at least 1. Received: size=-1",
        ),
        (20, ["--config.categories=a"], "categories"),
        (20, ["--config.data.path="], "path should name a folder if .* Received: path=''"),
        (21, [], "files that can be read.* Received: .*class0/0.png .image file is truncated"),
    ],
)
def test_a_folder_that_cannot_be_trained_on_is_one_line(
    run_command, tmp_path, count, flags, message
):
    data = draw_folder(tmp_path / "data", count)
    data.mkdir(exist_ok=True)
    if count == 21:
        whole = (data / "class0" / "0.png").read_bytes()
        (data / "class0" / "0.png").write_bytes(whole[: len(whole) // 2])
    batch = ["--config.batch_size=8"] if flags else []
    status, _, err = run_command(
        "train",
        *FOLDER,
        f"--config.data.path={data}",
        f"--workdir={tmp_path / 'W'}",
        *batch,
        *flags,
    )
    assert status in (1, 2)
    assert err.startswith("infogan-train: error: ")
    assert err.count("\n") == 1
    assert re.search(message, err)
    assert not (tmp_path / "W").exists()


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["--config=mnist"], 2, "--workdir"),
        (["--workdir=W"], 2, "--config"),
        (["--config=nist", "--workdir=W"], 2, "basicprop_line, .*mnist.* Received: 'nist'"),
        (["--config=mnist", "--workdir=W", "--config.stepz=3"], 2, "FIELD should be .* 'stepz'"),
        (["--config=mnist", "--workdir=W", "--config.steps=many"], 2, "many"),
        (["--config=mnist", "--workdir=W", "--config.steps=0"], 1, "`config.steps` should"),
    ],
)
def test_a_mistake_is_one_line(refused, arguments, status, message):
    refused("train", arguments, status, message)


def test_a_config_that_raises_is_one_line(run_command, tmp_path):
    path = tmp_path / "broken.py"
    path.write_text("def get_config(:\n")
    status, out, err = run_command("train", f"--config={path}", f"--workdir={tmp_path / 'W'}")
    assert (status, out) == (2, "")
    assert err.startswith("infogan-train: error: ")
    assert err.count("\n") == 1


def test_help(shows_help):
    shows_help("train", "--config=mnist --workdir=DIR", "workdir")


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
