import json

import numpy as np
import pytest
from huggingface_hub import constants

import keras_infogan as infogan
from keras_infogan import InfoGAN, datasets
from keras_infogan.evaluation.groups import code_scores
from keras_infogan.trained import find_preset, presets
from keras_infogan.trained.preset import describe_code


def test_a_preset_goes_to_the_hub_and_comes_back(hub, model, tmp_path):
    model.save_to_preset(tmp_path / "preset")
    (tmp_path / "preset" / "README.md").write_text('---\nlibrary_name: "keras"\n---\n# digits\n')
    address = infogan.upload_preset("hf://someone/digits", tmp_path / "preset")
    assert address.endswith("/someone/digits")
    names = {"README.md", "config.json", "metadata.json", "model.weights.h5"}
    assert set(hub["someone/digits"]) - {".gitattributes"} == names
    loaded = InfoGAN.from_preset("hf://someone/digits")
    np.testing.assert_allclose(loaded.sample(4), model.sample(4), atol=0.02)


def test_a_repository_that_is_not_there(hub):
    with pytest.raises(OSError, match="^hf://someone/nothing cannot be downloaded: ") as caught:
        InfoGAN.from_preset("hf://someone/nothing")
    assert "\n" not in str(caught.value)


def test_a_hub_that_cannot_be_reached(model, tmp_path, monkeypatch, free_ports):
    monkeypatch.setattr(constants, "ENDPOINT", f"http://127.0.0.1:{free_ports(1)[0]}")
    model.save_to_preset(tmp_path)
    with pytest.raises(OSError, match="^hf://someone/digits cannot be uploaded: "):
        infogan.upload_preset("hf://someone/digits", tmp_path)


def test_a_repository_that_holds_something_else(hub):
    hub["someone/text"] = {"README.md": b"# Text"}
    with pytest.raises(ValueError, match="without config.json and model.weights.h5$"):
        InfoGAN.from_preset("hf://someone/text")


@pytest.mark.parametrize("handle", ["hf://", "hf://digits", "hf://a/b/c", "hf:///digits"])
def test_an_address_that_is_none(model, tmp_path, handle):
    with pytest.raises(ValueError, match=f"hub should be hf://USER/REPO. Received: {handle}$"):
        find_preset(handle)
    model.save_to_preset(tmp_path)
    with pytest.raises(ValueError, match=f"hub should be hf://USER/REPO. Received: {handle}$"):
        infogan.upload_preset(handle, tmp_path)


def test_only_a_directory_is_uploaded(model, tmp_path):
    model.save(tmp_path / "m.keras")
    with pytest.raises(ValueError, match="to upload should be a directory. Received"):
        infogan.upload_preset("hf://someone/digits", tmp_path / "m.keras")


@pytest.mark.parametrize("name", ["", "..", "unheard_of", "./mnist_consistent", "a/b"])
def test_a_name_that_is_none(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    message = "^A preset should "
    with pytest.raises(ValueError, match=message):
        find_preset(name)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ({"kind": "learned_categorical", "size": 5}, "one of 5"),
        ({"kind": "uniform"}, "1 number, uniform"),
        ({"kind": "circular", "size": 3}, "3 numbers, circular"),
    ],
)
def test_codes_in_words(code, words):
    assert describe_code(code) == words


@pytest.mark.parametrize("name", sorted(presets()))
def test_a_shipped_preset(name):
    preset = presets()[name]
    assert preset.size < 2 * 10**6
    assert "not known" not in preset.data_license
    assert preset.codes and preset.scores
    model = InfoGAN.from_preset(name)
    images = model.sample(16, seed=0)
    assert images.std() > 0.05
    assert list(model.latents.codes) == list(preset.codes)
    card = (find_preset(name) / "README.md").read_text()
    head, body = card.split("---\n")[1:3]
    keys = [line.partition(": ") for line in head.splitlines()]
    assert {key for key, _, value in keys if json.loads(value)} >= {"license", "library_name"}
    for score, value in preset.scores.items():
        assert f"| {score}" in body
        assert f"{value:.4f}" in body


@pytest.mark.data
def test_the_scores_of_the_card_are_those_of_the_weights(mnist_data_dir):
    model = InfoGAN.from_preset("mnist_consistent")
    test = datasets.load_images("mnist", "test", mnist_data_dir)
    accuracy = code_scores(model, test.images, test.labels)["code_accuracy/digit"]
    assert accuracy == pytest.approx(presets()["mnist_consistent"].scores["code_accuracy/digit"])
