import numpy as np
import pytest

from keras_infogan import datasets
from keras_infogan.configs import image_arrays, image_folder, mnist
from keras_infogan.runs.data import (
    choose_label,
    load_labeled,
    load_splits,
    load_test_images,
    with_data_format,
)
from keras_infogan.runs.directory import WorkDirectory


def test_a_label_is_the_given_one_the_configs_or_the_only_one(monkeypatch, images):
    data = {"name": "tiny", "test_split": "test", "label": "hue"}
    labels = {"hue": np.zeros(32, np.int64), "size": np.ones(32, np.int64)}
    monkeypatch.setattr(
        datasets, "load_images", lambda *_, **settings: datasets.LabeledImages(images, labels)
    )
    assert load_labeled(data, "test_split")[1].max() == 0
    assert load_labeled(data, "test_split", label="size")[1].min() == 1
    with pytest.raises(ValueError, match=r"label should name .*\['hue', 'size'\]. Received: ''"):
        load_labeled(data | {"label": ""}, "test_split")
    del labels["hue"]
    found, truth = load_labeled(data | {"label": ""}, "test_split")
    assert (len(found), truth.min()) == (32, 1)


def test_an_error_names_the_setting():
    labels = {"hue": np.zeros(2), "size": np.ones(2)}
    with pytest.raises(ValueError, match="config.data.label should name .* Received: 'slant'"):
        choose_label(labels, "slant")


def test_splits_of_a_run(config, tmp_path, images):
    training, test = load_splits(config)
    assert len(training.images) == len(test.images) == len(images)
    directory = WorkDirectory(tmp_path)
    directory.start(config.to_dict())
    np.testing.assert_array_equal(load_test_images(directory), images)


def test_a_folders_format_is_chosen_where_the_config_has_none(monkeypatch):
    chosen = datasets.ImageFormat((32, 48), 3, "2 images")
    monkeypatch.setattr(datasets, "find_format", lambda name, path, skip_damaged: chosen)
    config = image_folder.get_config()
    assert with_data_format(config, print) is config  # no folder is named
    config.data.path = "pictures"
    reports = []
    resolved = with_data_format(config, reports.append)
    assert (resolved.data.image_size, resolved.data.channels) == ((32, 48), 3)
    assert reports[0].startswith("folder: 2 images; trained on as 32x48x3 (other: --config")
    config.data.channels = 1
    assert with_data_format(config, reports.append).data.channels == 1
    assert config.data.image_size == ()
    assert with_data_format(resolved, print) is resolved


@pytest.mark.parametrize("make", [image_arrays.get_config, mnist.get_config])
def test_arrays_keep_their_size_and_channels(tmp_path, make):
    np.savez(tmp_path / "all.npz", images=np.zeros((3, 20, 30, 3), np.uint8))
    config = make()
    config.data.name = "image_arrays"
    config.data.path = str(tmp_path / "all.npz")
    reports = []
    resolved = with_data_format(config, reports.append)
    assert (resolved.data.image_size, resolved.data.channels) == ((20, 30), 3)
    assert reports[0].startswith("arrays: 3 images, 20x30, in color; trained on as 20x30x3 (other")
    config.data.image_size = (16, 16)
    assert with_data_format(config, print).data.image_size == (16, 16)
