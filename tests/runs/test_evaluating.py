import json
import math
import re
from concurrent.futures import ThreadPoolExecutor

import keras
import numpy as np
import pytest

from keras_infogan.datasets import LabeledImages
from keras_infogan.evaluation.groups import CLASSES, INTERVALS
from keras_infogan.runs import evaluating
from keras_infogan.runs.directory import WorkDirectory
from keras_infogan.runs.evaluating import evaluate_run, json_values, merge_records
from keras_infogan.runs.training import train


@pytest.mark.slow
def test_evaluations_add_up_and_share_a_classifier(config, tmp_path, monkeypatch):
    config.steps = 1
    run, shared = tmp_path / "run", tmp_path / "shared.keras"
    train(config, str(run))
    monkeypatch.setattr("keras_infogan.evaluation.measures.SMALLEST_SUBSET", 8)
    first = evaluate_run(WorkDirectory(run), groups=["attributes"])
    second = evaluate_run(WorkDirectory(run), groups=["images"], classifier=str(shared))
    assert {"images", "samples"} <= set(second)
    assert set(first) < set(second)  # what the first found of other groups stays
    (distance,) = [name for name in second if name.startswith("frechet_distance/")]
    assert re.fullmatch(r"frechet_distance/mnist_classifier_[0-9a-f]{4}", distance)
    assert not (run / "classifier.keras").exists()
    again = evaluate_run(WorkDirectory(run), groups=["images"], classifier=str(shared))
    assert again[distance] == pytest.approx(second[distance])
    other = evaluate_run(WorkDirectory(run), groups=["images"], samples=16)
    assert "best_rank_correlation/area" not in other  # of another number of images
    assert (run / "classifier.keras").is_file()
    json.loads((run / "evaluation.json").read_text(), parse_constant=pytest.fail)  # no NaN


@pytest.mark.parametrize("name", ["classifier.h5", "missing/classifier.keras"])
def test_a_classifier_that_could_not_be_saved_is_refused_first(config, tmp_path, name):
    config.steps = 1
    train(config, str(tmp_path / "run"))
    with pytest.raises(ValueError, match=f"a .keras file in a directory .* Received: .*{name}"):
        evaluate_run(WorkDirectory(tmp_path / "run"), classifier=str(tmp_path / name))


def test_evaluations_at_the_same_time_train_one_classifier(tmp_path, monkeypatch):
    trained = []
    train_classifier = evaluating.train_classifier

    def counted(name, images, labels):
        trained.append(name)
        return train_classifier(name, images, labels, epochs=1)

    monkeypatch.setattr(evaluating, "train_classifier", counted)
    images = LabeledImages(np.zeros([8, 8, 8, 1], np.uint8), {"shape": np.arange(8) % 2})
    arguments = (tmp_path / "shared.keras", {"name": "tiny"}, lambda: images)
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(evaluating.load_or_train_classifier, *arguments) for _ in range(2)]
    assert len({each.result().name for each in both}) == 1
    assert trained == ["tiny_classifier"]
    assert [path.name for path in tmp_path.iterdir()] == ["shared.keras"]


def test_a_reader_of_labels_is_trained_once_and_kept(tmp_path, monkeypatch):
    generator = np.random.default_rng(0)
    images = generator.integers(0, 256, [16, 8, 8, 1], dtype=np.uint8)
    labels = {"shape": np.arange(16) % 3, "color": np.arange(16) % 2, "one": np.zeros([16], int)}
    arguments = (tmp_path / "shared.keras", lambda: LabeledImages(images, labels))
    trained = evaluating.load_or_train_reader(*arguments)
    monkeypatch.setattr(evaluating, "train_reader", pytest.fail)
    kept = evaluating.load_or_train_reader(*arguments)
    assert sorted(tmp_path.iterdir()) == [tmp_path / "shared_labels.keras"]
    assert dict(kept.sizes) == {"shape": 3, "color": 2}
    for name, values in trained.read(images).items():
        np.testing.assert_array_equal(kept.read(images)[name], values)


def test_no_reader_where_no_label_varies(tmp_path):
    images = LabeledImages(np.zeros([8, 8, 8, 1], np.uint8), {"one": np.zeros([8], int)})
    assert evaluating.load_or_train_reader(tmp_path / "shared.keras", lambda: images) is None


@pytest.mark.parametrize("content", ["damaged", "another model"])
def test_a_file_that_is_no_reader_is_refused(tmp_path, content):
    path = tmp_path / "shared_labels.keras"
    if content == "damaged":
        path.write_bytes(b"no zip")
    else:
        keras.Sequential([keras.layers.Input([2]), keras.layers.Dense(1)]).save(path)
    with pytest.raises(ValueError, match=f"{path}.*(damaged|another model)"):
        evaluating.load_or_train_reader(tmp_path / "shared.keras", None)


def test_evaluation_needs_a_run(tmp_path):
    with pytest.raises(ValueError, match="should hold a run"):
        evaluate_run(WorkDirectory(tmp_path))


def test_json_has_neither_nan_nor_arrays():
    values = {"a": (1.0, math.nan), "b": np.array([[1, 2]]), "c": math.inf, "d": "text"}
    assert json_values(values) == {"a": [1.0, None], "b": [[1, 2]], "c": None, "d": "text"}


def test_records_of_one_model_and_its_images_are_merged():
    old = {"step": 5, "a": 1, "b": 1, INTERVALS: {"a": [0, 2], "b": [0, 2]}, CLASSES: {}}
    new = {"step": 5, "b": 3, INTERVALS: {"b": [2, 4]}, CLASSES: {"code": {}}}
    assert merge_records(old, new, {"step": 5}) == {
        "step": 5,
        "a": 1,
        "b": 3,
        INTERVALS: {"a": [0, 2], "b": [2, 4]},
        CLASSES: {"code": {}},
    }
    assert merge_records(old, {**new, "step": 6}, {"step": 6}) == {**new, "step": 6}
