import itertools

import numpy as np
import pytest

from keras_infogan.metrics import tad_scores

# Two crossed attributes.
ATTRIBUTES = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])


def test_by_hand():
    """Areas 1 and 1/2 of the first attribute, 1 and 3/4 of the second: 1/2 + 1/4."""
    codes = [[0.1, 5.0], [0.2, 9.0], [0.3, 5.0], [0.4, 9.0]]
    assert tad_scores(codes, ATTRIBUTES) == (0.75, 2)
    assert tad_scores(-np.array(codes), ATTRIBUTES) == (0.75, 2)  # in the better direction


def test_perfect_codes(factors):
    binary = factors // 2
    assert tad_scores(binary[:, ::-1], binary) == (1.0, 2)
    assert tad_scores(binary, binary[:, :1]) == (0.5, 1)
    assert tad_scores(binary[:, :1], binary[:, :1]) == (0.5, 1)  # against a constant code


def test_two_equal_codes_have_no_difference(factors):
    binary = factors // 2
    assert tad_scores(np.hstack([binary, binary]), binary) == (0.0, 2)


def test_useless_codes_capture_nothing(independent, factors):
    assert tad_scores(independent, factors // 2) == (0.0, 0)
    assert tad_scores(np.ones_like(factors), factors // 2) == (0.0, 0)


def test_an_area_of_three_quarters_captures():
    """Of the pairs of an image with and one without, the code ranks 3 of 4, then 4 of 6, right."""
    assert tad_scores([[1], [3], [2], [4]], [[0], [0], [1], [1]]) == (0.25, 1)
    assert tad_scores([[1], [4], [2], [3], [5]], [[0], [0], [1], [1], [1]]) == (0.0, 0)


def test_correlated_attributes_are_dropped():
    """The second attribute is the first but for one image in ten, which tells 53% of it."""
    first = np.arange(1000) % 2
    second = np.where(np.arange(1000) < 100, 1 - first, first)
    third = np.arange(1000) // 2 % 2
    attributes = np.stack([first, second, third], axis=1)
    assert tad_scores(attributes, attributes) == (0.5, 1)
    assert tad_scores(attributes, attributes[:, [0, 2]]).captured == 2


def test_a_category_is_read_in_its_best_order(factors):
    """Values 0 and 3 have the attribute, 1 and 2 have not."""
    attribute = np.isin(factors[:, :1], [0, 3]).astype(int)
    assert tad_scores(factors[:, :1], attribute, discrete=[True]) == (0.5, 1)
    assert tad_scores(factors[:, :1], attribute) == (0.0, 0)
    mixed = np.column_stack([factors[:, 0], attribute[:, 0]])
    assert tad_scores(mixed, attribute, discrete=[True, False]) == (0.0, 1)


def test_by_definition():
    generator = np.random.default_rng(0)
    attributes = generator.integers(0, 2, [60, 2])
    codes = generator.normal(size=[60, 3]) + 2 * attributes @ [[1.0, 0.5, 0.0], [0.0, 0.7, 1.0]]
    total = 0.0
    for present in attributes.T == 1:
        areas = []
        for code in codes.T:
            pairs = list(itertools.product(code[present], code[~present]))
            right = np.mean([higher > lower for higher, lower in pairs])
            areas.append(max(right, 1 - right))
        second, first = sorted(areas)[-2:]
        assert first > 0.75
        total += first - second
    assert tad_scores(codes, attributes) == (pytest.approx(total), 2)


def test_order_and_signs_make_no_difference(small):
    codes, factors = small
    first, again = tad_scores(codes, factors[:, :1]), tad_scores(-codes[:, ::-1], -factors[:, :1])
    assert again == pytest.approx(first)


def test_an_attribute_of_one_value_is_left_out(factors):
    binary = np.column_stack([factors[:, 0] // 2, np.ones(len(factors), int)])
    assert tad_scores(binary, binary) == (0.5, 1)


def test_attributes_have_two_values(factors):
    with pytest.raises(ValueError, match="have two values each. Received: one with 4 values"):
        tad_scores(factors, factors)
