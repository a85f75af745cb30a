import numpy as np
import pytest

from keras_infogan.datasets import GrayAndColored, load_images, render_gray_and_colored


def test_the_gray_picture_does_not_tell_the_color():
    colored, gray = render_gray_and_colored(np.array([[0, 0, 1, 2, 2], [0, 5, 1, 2, 2]]))
    np.testing.assert_array_equal(gray[0], gray[1])
    assert colored[0, 16, 16].tolist() == [255, 0, 0]
    assert colored[1, 16, 16].tolist() == [0, 255, 255]
    assert gray[0, 16, 16].tolist() == [170]
    np.testing.assert_array_equal(gray[..., 0] > 0, colored.any(axis=-1))


def test_factors_out_of_range_are_refused():
    with pytest.raises(ValueError, match="color should be from 0 to 5. Received: 6"):
        render_gray_and_colored(np.array([[0, 6, 0, 0, 0]]))


def test_pictures_belong_together_in_the_test_split_alone(monkeypatch, tmp_path):
    monkeypatch.setattr(GrayAndColored, "EXAMPLES", {"train": 40, "test": 40})
    for split, is_paired in (("train", False), ("test", True)):
        data = load_images("gray_and_colored", split, str(tmp_path))
        pairs = (data.companions["source"][..., 0] > 0) == data.images.any(axis=-1)
        assert pairs.all() == is_paired
        assert set(data.labels) == {"shape", "color", "size", "x", "y"}
