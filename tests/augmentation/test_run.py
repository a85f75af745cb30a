import json

import numpy as np
import pytest
import tensorflow as tf

from keras_infogan import datasets
from keras_infogan.augmentation import (
    AugmentationSettings,
    AugmentationTrial,
    augment_run,
    choose_code,
)
from keras_infogan.latents.codes import Categorical, Uniform
from keras_infogan.latents.spec import LatentSpec
from keras_infogan.runs.directory import WorkDirectory
from keras_infogan.runs.model_file import save_model

DATA = {"name": "tiny", "train_split": "train", "test_split": "test", "label": ""}
FEW = AugmentationSettings(labels_per_class=(1, 3), draws=1, images_per_category=5, updates=1)


@pytest.fixture
def workdir(monkeypatch, tmp_path, images, model):
    """A finished run of a model that never trained, on 32 images of three classes."""

    def load_images(name, split, data_dir=None, **settings):
        return datasets.LabeledImages(images, {"label": np.arange(32) % 3})

    monkeypatch.setattr(datasets, "load_images", load_images)
    directory = WorkDirectory(tmp_path / "run")
    directory.start({"name": "tiny", "seed": 0, "data": DATA})
    save_model(model, directory)
    return directory.path


@pytest.mark.slow
def test_it_writes_images_numbers_and_a_picture_and_goes_on(monkeypatch, workdir, tmp_path):
    out, measured = tmp_path / "out", []
    measure = AugmentationTrial.measure_draw

    def interrupted(self, per_class, draw, progress):
        measured.append(per_class)
        if measured == [1, 3]:
            raise KeyboardInterrupt
        return measure(self, per_class, draw, progress)

    monkeypatch.setattr(AugmentationTrial, "measure_draw", interrupted)
    with pytest.raises(KeyboardInterrupt):
        augment_run(workdir, out, FEW)
    trained = []
    record = augment_run(workdir, out, FEW, progress=trained.append)

    assert measured == [1, 3, 3]
    assert trained == ["1 labels per class"] * 2 + ["3 labels per class"] * 2
    assert json.loads((out / "augmentation.json").read_text()) == record
    assert sorted(path.name for path in out.iterdir()) == [
        *("augmentation.json", "dataset", "generated.png", "lock")
    ]
    assert record["code"] == "kind"
    assert record["images"] == 15
    assert sorted(record[f"class_of/{value}"] for value in range(3)) == [0, 1, 2]
    for name in ("real", "generated", "recognition"):
        assert 0.0 <= record[f"{name}_accuracy/3/minimum"] <= record[f"{name}_accuracy/3"] <= 1.0
    height, width, _ = tf.io.decode_png((out / "generated.png").read_bytes()).shape
    assert (height, width) == (3 * 10, 10 * 10)


@pytest.mark.usefixtures("untrained")
def test_a_matching_by_hand_is_used_everywhere(workdir, tmp_path):
    hand = tmp_path / "hand.json"
    hand.write_text('{"0": 2, "1": null, "2": 2}')
    settings = AugmentationSettings(labels_per_class=[2], draws=1, images_per_category=5, updates=1)
    record = augment_run(workdir, tmp_path / "out", settings, matching=hand)
    assert (record["matching"], record["images"]) == ("2,-1,2", 10)
    assert [record[f"class_of/{value}"] for value in range(3)] == [2, None, 2]
    with pytest.raises(
        ValueError, match="it differs in matching. Give the settings that it was started with"
    ):
        augment_run(workdir, tmp_path / "out", settings)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"code": "style"}, r"The code should be one of \['kind'\]. Received: 'style'"),
        ({"label": "hue"}, r"The label should name one of .*\['label'\]. Received: 'hue'"),
        (
            {"settings": AugmentationSettings(labels_per_class=[11])},
            "from 1 to 10, .* class 2. Received: per",
        ),
    ],
)
def test_a_mistake_leaves_nothing(workdir, tmp_path, arguments, message):
    with pytest.raises(ValueError, match=message):
        augment_run(workdir, tmp_path / "out", **arguments)
    assert not (tmp_path / "out").exists()


def test_another_directory_stays_as_it_is(workdir, tmp_path):
    before = sorted(path.name for path in workdir.iterdir())
    with pytest.raises(ValueError, match="which holds other files"):
        augment_run(workdir, workdir, FEW)
    assert sorted(path.name for path in workdir.iterdir()) == before
    with pytest.raises(OSError, match="model.keras cannot be written: "):
        augment_run(workdir, workdir / "model.keras", FEW)


def test_with_several_codes_one_is_named(make_model):
    codes = {"shape": Categorical(2), "size": Categorical(3), "style": Uniform(1)}
    model = make_model(LatentSpec(noise=2, codes=codes))
    assert choose_code(model, "size") == "size"
    with pytest.raises(ValueError, match=r"one of \['shape', 'size'\]. Received: None"):
        choose_code(model, None)
