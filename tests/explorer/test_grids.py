import numpy as np
import pytest

from keras_infogan.explorer.grids import axes_of, make_grid

CODES = {"coin": (1.0,), "kind": 1, "style": (0.5, -0.5)}


@pytest.fixture
def axes(controls):
    return axes_of(controls)


def test_axes(axes):
    assert list(axes) == ["coin", "kind", "style 1", "style 2"]
    np.testing.assert_allclose(axes["kind"].levels(9), [0, 1, 2])
    np.testing.assert_allclose(axes["coin"].levels(9), [0, 1])
    np.testing.assert_allclose(axes["style 2"].levels(3), [-1, 0, 1])


def test_rows_of_noise(axes):
    grid = make_grid(CODES, 7, axes["kind"], None, rows=2, columns=9)
    np.testing.assert_array_equal(grid.seeds, [7, 7, 7, 8, 8, 8])
    np.testing.assert_array_equal(grid.codes["kind"], [0, 1, 2, 0, 1, 2])
    np.testing.assert_array_equal(grid.codes["style"], [[0.5, -0.5]] * 6)
    np.testing.assert_array_equal(grid.codes["coin"], [[1.0]] * 6)
    assert grid.columns == 3
    assert grid.caption == "Columns: kind from 0 to 2. Rows: noise (seeds 7 to 8)."


def test_two_dimensions_of_one_code_crossed(axes):
    grid = make_grid(CODES, 7, axes["style 1"], axes["style 2"], rows=5, columns=2)
    expected = [[-1, -1], [1, -1], [-1, 1], [1, 1]]
    np.testing.assert_array_equal(grid.codes["style"], expected)
    np.testing.assert_array_equal(grid.codes["kind"], [1] * 4)
    np.testing.assert_array_equal(grid.seeds, [7] * 4)
    assert grid.columns == 2
    assert grid.caption == "Columns: style 1 from -1 to 1. Rows: style 2 from -1 to 1."


def test_one_axis_both_ways_is_refused(axes):
    with pytest.raises(ValueError, match="should differ. Received: kind twice"):
        make_grid(CODES, 0, axes["kind"], axes["kind"], rows=2, columns=2)
