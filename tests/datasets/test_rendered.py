import itertools

import numpy as np
import pytest

from keras_infogan.datasets import (
    BASIC_PROP_PLUS_FACTORS,
    SPRITE_FACTORS,
    combinations,
    count_combinations,
)
from keras_infogan.datasets import (
    rendered as drawn,
)

FACTORS = {"shape": ("round", "square"), "size": (1, 2, 3)}
SPLITS = {"train": 50_000, "test": 10_000}


def test_combinations_are_the_product_with_the_last_factor_fastest():
    assert count_combinations(FACTORS) == 6
    expected = list(itertools.product(range(2), range(3)))
    assert combinations(FACTORS, np.arange(6)).tolist() == [list(row) for row in expected]


@pytest.mark.parametrize("factors", [BASIC_PROP_PLUS_FACTORS, SPRITE_FACTORS])
def test_no_combination_is_drawn_twice(factors):
    keys = drawn.draw_keys(count_combinations(factors), SPLITS)
    assert {split: len(values) for split, values in keys.items()} == SPLITS
    assert len(np.unique(np.concatenate([keys["train"], keys["test"]]))) == 60_000


@pytest.mark.parametrize("factors", [BASIC_PROP_PLUS_FACTORS, SPRITE_FACTORS])
@pytest.mark.parametrize("split", SPLITS)
def test_every_value_of_a_factor_is_as_frequent_as_the_others(factors, split):
    count, total = SPLITS[split], count_combinations(factors)
    drawn_factors = combinations(factors, drawn.draw_keys(total, SPLITS)[split])
    for values, column in zip(factors.values(), drawn_factors.T, strict=True):
        share = 1 / len(values)
        # A hypergeometric variable: drawn without replacement.
        deviation = np.sqrt(count * share * (1 - share) * (1 - count / total))
        counts = np.bincount(column, minlength=len(values))
        assert np.abs(counts - count * share).max() < 5 * deviation


def test_draws_do_not_change():
    keys = drawn.draw_keys(737_280, SPLITS)
    assert keys["train"][:3].tolist() == [253808, 582634, 423057]
    assert keys["test"][:3].tolist() == [333038, 415888, 623553]


def test_factors_that_are_no_ints_are_refused():
    with pytest.raises(TypeError, match="should be ints. Received: float64"):
        drawn.check_combinations(FACTORS, np.zeros((1, 2)))


@pytest.mark.parametrize("shape", [(2,), (4, 3)])
def test_another_number_of_factors_is_refused(shape):
    with pytest.raises(ValueError, match=r"\[N, 2\], for shape, size. Received: \("):
        drawn.check_combinations(FACTORS, np.zeros(shape, int))


@pytest.mark.parametrize("value", [-1, 3])
def test_an_index_out_of_range_is_refused(value):
    with pytest.raises(ValueError, match=f"size should be from 0 to 2. Received: {value}"):
        drawn.check_combinations(FACTORS, np.array([[0, 0], [1, value]]))
