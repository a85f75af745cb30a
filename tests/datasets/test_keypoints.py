import numpy as np
import pytest

from keras_infogan.datasets import heat_maps


def test_a_map_falls_with_the_distance_from_its_point():
    maps = heat_maps(np.array([[[1.0, 2.0], [0.0, 0.0]]]), size=4, deviation=2.0)
    assert maps.shape == (1, 4, 4, 2)
    assert maps[0, 1, 2, 0] == 1.0
    assert maps[0, 3, 1, 0] == pytest.approx(np.exp(-5 / 8))  # 2 rows and 1 column away


def test_sizes_that_make_no_map_are_refused():
    points = np.array([[[1.0, 2.0]]])
    with pytest.raises(ValueError, match="`deviation` should be .* Received: deviation=0"):
        heat_maps(points, size=4, deviation=0)
    with pytest.raises(ValueError, match="`size` should be an int of at least 1"):
        heat_maps(points, size=0)


@pytest.mark.parametrize(
    ("keypoints", "message"),
    [
        ([[[1.0, 4.0]]], r"inside the image, from 0 to 3. Received: \[1.0, 4.0\]"),
        ([[[-0.5, 1.0]]], r"Received: \[-0.5, 1.0\]"),
        ([[[np.nan, 1.0]]], "inside the image"),
        ([[1.0, 2.0]], r"shape \[N, K, 2\]"),
    ],
)
def test_points_outside_the_image_are_refused(keypoints, message):
    with pytest.raises(ValueError, match=message):
        heat_maps(np.array(keypoints), size=4)
