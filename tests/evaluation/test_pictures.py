import numpy as np
import pytest
import tensorflow as tf

from keras_infogan.evaluation.pictures import (
    GAP,
    classes_picture,
    confusion_picture,
    samples_picture,
    traversal_picture,
    write_png,
)
from keras_infogan.metrics import confusion

CELL = 8 + GAP


@pytest.mark.parametrize(
    ("code", "columns", "width"), [("kind", 5, 3), ("style", 5, 10), ("style", 2, 4)]
)
def test_picture_has_a_row_a_noise_and_a_column_a_value(model, code, columns, width):
    picture = traversal_picture(model, code, rows=2, columns=columns)
    assert picture.shape == (2 * CELL, width * CELL, 1)


def test_picture_shows_the_traversal(model):
    images = model.traverse("kind", rows=2, seed=5)
    picture = traversal_picture(model, "kind", rows=2, seed=5)
    shown = picture[CELL : CELL + 8, 2 * CELL : 2 * CELL + 8]
    np.testing.assert_array_equal(shown, images[1, 2])


def test_picture_of_samples(model):
    picture = samples_picture(model, rows=2, columns=3, seed=5)
    assert picture.shape == (2 * CELL, 3 * CELL, 1)
    last = model.sample(6, seed=5)[5]
    np.testing.assert_array_equal(picture[CELL : CELL + 8, 2 * CELL : 2 * CELL + 8], last)


def test_picture_has_a_row_a_class_and_gray_where_images_are_missing():
    images = np.arange(0, 250, 50, np.uint8)[:, None, None, None] * np.ones([8, 8, 1], np.uint8)
    picture = classes_picture(images, np.array([2, 0, 2, 2, 0]), class_count=3, columns=2)
    shown = picture[::CELL, ::CELL, 0]
    np.testing.assert_allclose(shown, [[50 / 255, 200 / 255], [0.5, 0.5], [0.0, 100 / 255]])
    assert picture.shape == (3 * CELL, 2 * CELL, 1)


def test_picture_of_a_confusion():
    seen = confusion(np.repeat([0, 1, 2], 9), np.repeat([1, 2, 0], 9))
    picture = confusion_picture(seen, "digit")
    assert picture.ndim == 3 and picture.shape[-1] == 3
    assert 0.0 <= picture.min() < 0.2 and picture.max() == 1.0
    mixed = confusion(np.repeat([0, 1], 9), np.arange(18) % 3)
    assert (confusion_picture(mixed, "digit").shape[1]) < 2 * picture.shape[1]


def test_png_is_written_whole_and_replaced(tmp_path):
    path = tmp_path / "picture.png"
    for value in (0.0, 1.0):
        write_png(path, np.full([4, 6, 1], value))
        decoded = tf.io.decode_png(path.read_bytes()).numpy()
        assert decoded.shape == (4, 6, 1)
        assert np.all(decoded == 255 * value)
    assert [entry.name for entry in tmp_path.iterdir()] == ["picture.png"]


def test_directory_that_is_missing(tmp_path):
    with pytest.raises(OSError, match="No such file or directory"):
        write_png(tmp_path / "missing" / "picture.png", np.zeros([4, 4, 1]))
