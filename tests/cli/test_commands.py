import json
import re
import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

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
    assert out == f"{picture}: 2 rows of noise, style across\n"
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


@pytest.mark.slow
@pytest.mark.usefixtures("tiny_data")
def test_train_augment(run_command, config_file, tmp_path):
    run, out_dir = tmp_path / "run", tmp_path / "out"
    status, _, err = run_command("train", f"--config={config_file}", f"--workdir={run}")
    assert status == 0, err
    arguments = [f"--workdir={run}", f"--out={out_dir}", "--images_per_category=4", "--updates=1"]
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
        (
            "train",
            ["--config=mnist", "--workdir=W", "--config.steps=0"],
            1,
            "`config.steps` should",
        ),
        (
            "evaluate",
            ["--workdir=W"],
            1,
            "should hold a run that infogan-train started. Received: W",
        ),
        ("export", ["--workdir=W"], 2, "--model_base_path"),
        ("export", ["--workdir=W", "--model_base_path=M"], 1, "should hold a run"),
        ("traverse", ["--workdir=W", "--out=F.png", "--rows=0"], 2, "rows"),
        ("traverse", ["--workdir=W", "--out=F.png", "--columns=1"], 2, "columns"),
        ("demo", [], 2, "--workdir"),
        ("compare", [], 1, "two runs or more"),
        ("compare", ["A", "B"], 1, "Received: A, which has no config.json"),
        ("evaluate", ["--workdir=W", "--metrics=fid"], 1, "among .*'codes'.* Received: .'fid'"),
        ("evaluate", ["--workdir=W", "--samples=1"], 2, "samples"),
        ("generate", ["--count=3"], 2, "--out"),
        ("generate", ["--out=O", "--count=0"], 2, "count"),
        ("generate", ["--out=O", "--count=3"], 1, "--workdir or from --model_base_path. Received"),
        ("generate", ["--out=O", "--workdir=W", "--count=3"], 1, "Received: W"),
        ("generate", ["--out=O", "--workdir=W", "--format=csv"], 2, "format"),
        ("generate", ["--out=O", "--model_base_path=M", "--code=kind"], 1, "versions of a model"),
        ("encode", ["--out=O", "--model_base_path=M", "--images=I"], 1, "versions of a model"),
        ("encode", ["--images=I"], 2, "--out"),
        ("augment", ["--workdir=W"], 2, "--out"),
        ("augment", ["--workdir=W", "--out=O"], 1, "should hold a run .* Received: W"),
        ("augment", ["--workdir=W", "--out=O", "--draws=0"], 2, "draws"),
        ("augment", ["--workdir=W", "--out=O", "--labels_per_class=1,x"], 1, "Received: 1,x"),
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
    "name", ["train", "evaluate", "traverse", "export", "study", "demo", "report", "augment"]
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
