import numpy as np

from keras_infogan.explorer.morphing import interpolate


def test_numbers_move_evenly_and_categories_by_way_of_those_between():
    start = {"kind": 2, "style": (-1.0, 0.5)}
    end = {"kind": 0, "style": (1.0, 0.5)}
    codes = interpolate(start, end, np.linspace(0.0, 1.0, 5))
    np.testing.assert_array_equal(codes["kind"][[0, 2, 4]], [2, 1, 0])
    assert codes["kind"].dtype == np.int64
    assert np.all(np.diff(codes["kind"]) <= 0)
    np.testing.assert_allclose(codes["style"][:, 0], [-1.0, -0.5, 0.0, 0.5, 1.0])
    np.testing.assert_allclose(codes["style"][:, 1], 0.5)


def test_the_ends_are_the_settings():
    codes = interpolate({"style": (0.1, 0.3)}, {"style": (0.7, 0.2)}, np.array([0.0, 1.0]))
    np.testing.assert_array_equal(codes["style"], [(0.1, 0.3), (0.7, 0.2)])
