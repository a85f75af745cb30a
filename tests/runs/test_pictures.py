import json
import shutil

import numpy as np
import pytest
from PIL import Image

from keras_infogan import networks
from keras_infogan.configs import image_folder
from keras_infogan.runs.directory import WorkDirectory
from keras_infogan.runs.evaluating import evaluate_run
from keras_infogan.runs.pictures import SHOWN_CLASSES, absolute_path, describe_pictures
from keras_infogan.runs.training import train


def draw(folder, count=40):
    """Random gray pictures of 8x8 pixels, half of them ash and half oak."""
    generator = np.random.default_rng(0)
    for number in range(count):
        path = folder / ("ash", "oak")[number % 2] / f"{number:02d}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(generator.integers(0, 256, (8, 8), np.uint8)).save(path)
    return folder


@pytest.fixture
def folder(tmp_path):
    return draw(tmp_path / "trees")


@pytest.fixture
def config(monkeypatch, make_networks, folder):
    monkeypatch.setitem(networks.ARCHITECTURES, "tiny", make_networks)
    config = image_folder.get_config()
    config.architecture = "tiny"
    config.data.path = str(folder)
    config.data.test_share = 0.3
    config.steps = config.steps_per_epoch = 1
    config.batch_size = 8
    config.categories = 3
    return config


@pytest.fixture
def run(config, tmp_path, capsys):
    """A finished run of one step; what it printed is dropped."""
    train(config, str(tmp_path / "run"))
    capsys.readouterr()
    return tmp_path / "run"


def resume(config, run, capsys):
    """Trains one step more, and returns what was printed."""
    config.steps += 1
    train(config, str(run))
    return capsys.readouterr().out


def test_a_run_names_its_classes_and_stores_an_absolute_path(
    config, folder, tmp_path, monkeypatch, capsys
):
    (folder / "notes.txt").touch()
    monkeypatch.chdir(folder.parent)
    config.data.path = "trees"
    train(config, "run")
    out = capsys.readouterr().out
    assert "classes, with their training images: 0 = ash (" in out
    assert "ignored files that are no pictures: .txt 1\n" in out
    kept = json.loads((tmp_path / "run" / "config.json").read_text())
    assert kept["data"]["path"] == str(folder)
    record = json.loads((tmp_path / "run" / "data.json").read_text())
    assert record["classes"] == ["ash", "oak"]
    assert record["training"]["images"] + record["test"]["images"] == 40
    monkeypatch.chdir("/")
    assert evaluate_run(WorkDirectory(tmp_path / "run"))["step"] == 1


def test_the_home_directory_may_be_meant(folder, monkeypatch):
    monkeypatch.setenv("HOME", str(folder))
    assert absolute_path("~/oak") == str(folder / "oak")


def test_a_finished_run_is_trained_on(config, run, capsys, steps_of):
    config.steps_per_epoch = 2
    assert "starting at step 1" in resume(config, run, capsys)
    assert steps_of(run) == [1, 2]
    assert json.loads((run / "config.json").read_text())["steps"] == 2
    assert evaluate_run(WorkDirectory(run))["step"] == 2
    config.steps = 1
    with pytest.raises(ValueError, match="differs in networks, steps"):
        train(config, str(run))


def test_the_same_pictures_are_not_mentioned(config, run, capsys):
    out = resume(config, run, capsys)
    assert "changed" not in out and "moved" not in out
    assert evaluate_run(WorkDirectory(run))["step"] == 2
    assert "changed" not in capsys.readouterr().out


@pytest.mark.parametrize("change", ["added", "removed", "renamed", "repainted"])
def test_changed_pictures_are_said_once(config, run, folder, capsys, change):
    one = folder / "ash" / "00.png"
    if change == "added":
        for number in range(30):  # some of them in either split
            shutil.copy(one, folder / "ash" / f"new{number}.png")
    elif change == "removed":
        for path in sorted((folder / "ash").iterdir())[1:]:
            path.unlink()
    elif change == "renamed":
        for path in list((folder / "oak").iterdir()):
            path.rename(path.with_name(f"x{path.name}"))
    else:
        Image.new("L", (8, 8), 9).save(one)
    sentence = f"the images in {folder} changed since this run trained last: "
    if change != "repainted":
        evaluate_run(WorkDirectory(run))
        assert "the test images changed since this run trained last" in capsys.readouterr().out
    assert sentence in resume(config, run, capsys)
    assert sentence not in resume(config, run, capsys)


def test_a_folder_that_moved(config, run, folder, capsys):
    new = folder.rename(folder.with_name("woods"))
    with pytest.raises(
        OSError, match="be there, or --data_path name its new place. Received: .*trees"
    ):
        evaluate_run(WorkDirectory(run))
    assert evaluate_run(WorkDirectory(run), data_path=str(new))["step"] == 1
    assert "changed" not in capsys.readouterr().out
    config.data.path = str(new)
    out = resume(config, run, capsys)
    assert f"the folder of images moved from {folder} to {new}; its images are the same" in out
    assert evaluate_run(WorkDirectory(run))["step"] == 2


def test_another_folder_is_refused(config, run, folder):
    config.data.path = str(draw(folder.with_name("other"), 44))
    with pytest.raises(ValueError, match=f"on the images of {folder}: --config.data.path should"):
        train(config, str(run))
    assert WorkDirectory(run).read_config()["data"]["path"] == str(folder)


def test_a_run_without_a_record_is_resumed(config, run, capsys):
    (run / "data.json").unlink()
    assert "changed" not in resume(config, run, capsys)
    assert (run / "data.json").is_file()


def test_damaged_pictures_are_skipped_if_asked(config, folder, tmp_path, capsys):
    (folder / "oak" / "01.png").write_bytes(b"no picture")
    with pytest.raises(OSError, match="oak/01.png .no picture"):
        train(config, str(tmp_path / "run"))
    config.data.skip_damaged = True
    train(config, str(tmp_path / "run"))
    out = capsys.readouterr().out
    assert f"1 picture that cannot be read was left out: {folder}/oak/01.png (no picture)" in out


def test_few_test_images_are_the_reason_for_no_scores(run, capsys):
    scores = evaluate_run(WorkDirectory(run), groups=["images"])
    assert not any(name.startswith("frechet") for name in scores)
    out = capsys.readouterr().out
    assert "images: left out, because it needs at least 100 test images and as many" in out
    assert f"there are {scores['images']} and {scores['samples']}\n" in out


def test_a_path_goes_with_a_folder_or_arrays_only(run, tmp_path):
    config = WorkDirectory(run).read_config()
    config["data"]["name"], config["data"]["path"] = "mnist", ""
    (run / "config.json").write_text(json.dumps(config))
    with pytest.raises(ValueError, match="--data_path should come with a run on a folder"):
        evaluate_run(WorkDirectory(run), data_path=str(tmp_path))


def test_of_many_classes_the_first_are_shown():
    from keras_infogan.datasets import LabeledImages

    count = SHOWN_CLASSES + 3
    names = tuple(f"c{number}" for number in range(count))
    data = LabeledImages(
        np.zeros((count, 8, 8, 1), np.uint8), {"class": np.arange(count)}, {"class": names}
    )
    (sentence,) = describe_pictures(data, data)
    assert sentence.endswith("19 = c19 (1 images) and 3 more")


def save_arrays(path, count=40, seed=0):
    """Random gray images of 8x8 pixels with two labels, and weights."""
    generator = np.random.default_rng(seed)
    np.savez(
        path,
        images=generator.integers(0, 256, (count, 8, 8), np.uint8),
        angle=np.arange(count) % 3 * 90,
        tree=np.array(["ash", "oak"])[np.arange(count) % 2],
        weight=np.zeros(count),
    )
    return path


@pytest.fixture
def arrays(config, tmp_path):
    """The file of arrays that `config` then names."""
    path = save_arrays(tmp_path / "trees.npz")
    config.name = config.data.name = "image_arrays"
    config.data.path = str(path)
    return path


def test_a_run_on_arrays_names_its_labels(config, arrays, tmp_path, capsys):
    run = tmp_path / "run"
    train(config, str(run))
    out = capsys.readouterr().out
    assert "arrays: 40 images, 8x8, gray; trained on as 8x8x1 (other: --config" in out
    assert "values of angle, with their training images: 0 = 0 (" in out
    assert ", 2 = 180 (" in out
    assert "values of tree, with their training images: 0 = ash (" in out
    assert "ignored arrays that are no labels: weight\n" in out
    record = json.loads((run / "data.json").read_text())
    assert record["labels"] == {"angle": ["0", "90", "180"], "tree": ["ash", "oak"]}
    assert "classes" not in record
    assert record["training"]["images"] + record["test"]["images"] == 40
    assert "changed" not in resume(config, run, capsys)
    scores = evaluate_run(WorkDirectory(run), groups=["codes"])
    assert scores["step"] == 2
    assert any(name.startswith("nmi/") for name in scores)


def test_arrays_that_moved(config, arrays, run, capsys):
    new = arrays.rename(arrays.with_name("woods.npz"))
    with pytest.raises(
        OSError, match="be there, or --data_path name its new place. Received: .*tre"
    ):
        evaluate_run(WorkDirectory(run))
    assert evaluate_run(WorkDirectory(run), data_path=str(new))["step"] == 1
    assert "changed" not in capsys.readouterr().out
    config.data.path = str(new)
    out = resume(config, run, capsys)
    assert f"the file of images moved from {arrays} to {new}; its images are the same" in out


def test_changed_arrays_are_said_once(config, arrays, run, capsys):
    save_arrays(arrays, 70, seed=1)
    evaluate_run(WorkDirectory(run))
    assert "the test images changed since this run trained last" in capsys.readouterr().out
    sentence = f"the images in {arrays} changed since this run trained last: "
    assert sentence in resume(config, run, capsys)
    assert sentence not in resume(config, run, capsys)


def test_other_arrays_are_refused(config, arrays, run):
    config.data.path = str(save_arrays(arrays.with_name("other.npz"), seed=1))
    with pytest.raises(ValueError, match=f"on the images of {arrays}: --config.data.path should"):
        train(config, str(run))


def test_the_order_of_arrays_in_a_file_changes_nothing(config, arrays, run, capsys):
    with np.load(arrays) as stored:
        content = dict(stored)
    np.savez(arrays, **dict(reversed(content.items())))
    assert "changed" not in resume(config, run, capsys)


def test_arrays_of_a_size_that_networks_cannot_take_are_refused(config, tmp_path):
    drawn = np.random.default_rng(0).integers(0, 256, (40, 9, 8), np.uint8)
    np.savez(tmp_path / "odd.npz", images=drawn)
    config.architecture = "dcgan"
    config.data.name, config.data.path = "image_arrays", str(tmp_path / "odd.npz")
    with pytest.raises(ValueError, match=r"multiples of 4 from 8 on. Received: .*\(9, 8, 1\)"):
        train(config, str(tmp_path / "run"))
    assert not (tmp_path / "run").exists()
