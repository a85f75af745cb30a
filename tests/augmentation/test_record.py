import json

import pytest

from keras_infogan.augmentation import table
from keras_infogan.augmentation.record import FILE, AugmentationRecord
from keras_infogan.augmentation.trial import SCORES

SETTINGS = {"labels_per_class": "1,10", "draws": 3, "matching": "few labels", "seed": 0}


def scores(*values):
    return dict(zip(SCORES, values, strict=True))


@pytest.fixture
def record(tmp_path):
    """Two numbers of labels: generated images help at 1, and the codes are worse at 10."""
    record = AugmentationRecord(tmp_path, SETTINGS)
    record.note({"images": 30, "class_of/0": 1, "class_of/1": None})
    for draw, noise in enumerate([-0.01, 0.0, 0.01]):
        record.add(1, draw, scores(0.4 + noise, 0.6 + noise, 0.4 + noise, 0.5))
        record.add(10, draw, scores(0.8 + noise, 0.805 + noise, 0.7 + noise, 1.0))
    return record


def test_it_is_flat_and_has_means(record, tmp_path):
    values = json.loads((tmp_path / FILE).read_text())
    assert values == record.values
    assert values["real_accuracy/1"] == pytest.approx(0.4)
    assert values["real_accuracy/1/sd"] == pytest.approx(0.01)
    assert values["real_accuracy/1/minimum"] == pytest.approx(0.39)
    assert values["generated_accuracy/10/draw_2"] == pytest.approx(0.815)
    assert values["matched_values/10"] == 1.0
    assert all(not isinstance(value, dict | list) for value in values.values())


def test_a_table_says_where_it_helps(record):
    lines = table(record.values).splitlines()
    assert lines[0] == (
        "dataset: 30 images, class of each value by the first draw of 10 labels per class: "
        "0: 1, 1: None"
    )
    assert lines[2].split("  ")[-1] == "0.50"
    assert lines[2].split()[:5] == ["1", "0.4000", "+-", "0.0100", "(0.3900)"]
    assert lines[-3] == "Against real images alone (Welch's t-test over draws, p < 0.05):"
    assert lines[-2] == "  with generated ones: better at 1; no difference at 10"
    assert lines[-1] == "  recognition network: no difference at 1; worse at 10"


def test_a_single_draw_has_no_spread(tmp_path):
    record = AugmentationRecord(
        tmp_path, SETTINGS | {"draws": 1, "labels_per_class": "1", "matching": "1,0"}
    )
    record.note({"images": 3})
    record.add(1, 0, scores(0.5, 0.6, 0.7, 1.0))
    text = table(record.values)
    assert "by the given matching" in text
    assert "0.5000  " in text and "+-" not in text
    assert text.endswith("A single draw has no spread: use more draws.")
    assert "real_accuracy/1/sd" not in record.values


def test_it_goes_on(record, tmp_path):
    again = AugmentationRecord(tmp_path, SETTINGS)
    assert again.values == record.values
    assert again.has(10, 2)
    assert not again.has(10, 3)


def test_of_other_settings_it_is_refused(record, tmp_path):
    before = (tmp_path / FILE).read_text()
    with pytest.raises(ValueError, match="holds another augmentation: it differs in draws, seed. "):
        AugmentationRecord(tmp_path, SETTINGS | {"draws": 4, "seed": 1})
    assert (tmp_path / FILE).read_text() == before


def test_a_damaged_one_is_named(tmp_path):
    (tmp_path / FILE).write_text("{")
    with pytest.raises(ValueError, match=f"{FILE} is damaged: "):
        AugmentationRecord(tmp_path, SETTINGS)
