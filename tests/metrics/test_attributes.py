import numpy as np
import pytest

from keras_infogan.metrics import image_attributes, monotonicity, rank_correlation
from keras_infogan.metrics.attributes import ATTRIBUTES


def bar(top=4, height=20, left=10, width=4, value=1.0):
    image = np.zeros([28, 28, 1])
    image[top : top + height, left : left + width] = value
    return image


def attributes(*images):
    return image_attributes(np.stack(images))


def test_an_upright_bar():
    seen = attributes(bar())
    assert tuple(seen) == ATTRIBUTES
    expected = (0.0, 4.0, 20.0, 4.0, 80 / 784, 80 / 784)
    for name, value in zip(ATTRIBUTES, expected, strict=True):
        # Distances in a bar of 4: 1, 2, 2, 1, but at its two ends 1, 1, 1, 1.
        tolerance = 0.25 if name == "stroke_width" else 1e-9
        assert seen[name].shape == (1,)
        assert seen[name][0] == pytest.approx(value, abs=tolerance), name


def test_a_place_and_a_value_that_change_nothing_but_brightness():
    first, second = (attributes(image) for image in (bar(), bar(top=1, left=20, value=0.25)))
    for name in ATTRIBUTES[:5]:
        assert first[name] == pytest.approx(second[name], abs=1e-9), name
    assert second["brightness"][0] == pytest.approx(first["brightness"][0] / 4)


def test_a_bar_that_leans_to_the_right():
    image = np.zeros([40, 40, 1])
    for row in range(30):  # rows count downwards: the top is right of the foot, one in two
        left = 30 - row // 2
        image[5 + row, left - 3 : left] = 1.0
    seen = attributes(image, image[:, ::-1])
    assert seen["slant"] == pytest.approx([np.degrees(np.arctan(0.5)), -26.565], abs=0.2)


def test_stroke_width_does_not_depend_on_the_direction():
    steps = np.arange(60)
    y, x = np.meshgrid(steps, steps, indexing="ij")
    lines = [np.abs(x - 30) <= 3, np.abs(y - 30) <= 3, np.abs(x - y) <= 4]
    seen = image_attributes(np.stack(lines)[..., None].astype(float))["stroke_width"]
    assert seen == pytest.approx([7.0, 7.0, 9 / np.sqrt(2)], abs=0.4)


def test_channels_are_averaged_and_bytes_are_read():
    colour = np.concatenate([255 * bar(), 0 * bar(), 0 * bar()], axis=-1).astype(np.uint8)
    gray, seen = attributes(bar()), attributes(colour)
    assert seen["brightness"] == pytest.approx(gray["brightness"] / 3)
    assert seen["height"] == pytest.approx(gray["height"])


def test_a_black_image_has_no_shape():
    seen = attributes(0 * bar(), bar())
    assert (seen["area"][0], seen["brightness"][0]) == (0.0, 0.0)
    for name in ("slant", "stroke_width", "height", "width"):
        assert np.isnan(seen[name][0]) and np.isfinite(seen[name][1]), name
    line = attributes(bar(height=1))
    assert np.isnan(line["slant"][0]) and line["height"][0] == 1.0


@pytest.mark.parametrize("images", [np.full([1, 4, 4, 1], np.nan), np.zeros([0, 4, 4, 1])])
def test_images_that_are_none(images):
    with pytest.raises(ValueError, match="^Images should not hold NaN|at least one image"):
        image_attributes(images)


def test_rank_correlation():
    assert rank_correlation([1, 2, 3, 4], [1, 8, 27, 64]) == pytest.approx(1.0)
    assert rank_correlation([1, 2, 3, 4], [4, 3, 2, 1]) == pytest.approx(-1.0)
    assert rank_correlation([1, 2, 3], [2, 3, 1]) == pytest.approx(-0.5)  # 1 - 6 (1 + 1 + 4) / 24
    assert rank_correlation([1, 2, np.nan, 3], [1, 2, 0, 3]) == pytest.approx(1.0)
    assert np.isnan(rank_correlation([1, 2, 3], [5, 5, 5]))
    assert np.isnan(rank_correlation([1, np.nan], [1, 2]))
    with pytest.raises(ValueError, match="same length. Received: shapes"):
        rank_correlation([1, 2, 3], [1, 2])


def test_monotonicity():
    assert monotonicity([[1, 2, 3], [4, 6, 5]]) == pytest.approx(0.75)
    assert monotonicity([[3, 2, 1], [7, 7, 7]]) == pytest.approx(-1.0)
    assert np.isnan(monotonicity([[7, 7, 7]]))
    with pytest.raises(ValueError, match="rows, steps"):
        monotonicity([1, 2, 3])
