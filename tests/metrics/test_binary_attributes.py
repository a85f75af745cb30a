import numpy as np
import pytest

from keras_infogan.metrics import AttributeRow, attribute_table
from keras_infogan.metrics.binary_attributes import _balanced_accuracy

KINDS = np.arange(4000) % 4
NOISE = np.random.default_rng(0).integers(0, 4, 4000)


def test_a_code_that_tells_the_attribute():
    """Two of four values mean the attribute."""
    (row,) = attribute_table({"noise": NOISE, "kind": KINDS}, {"odd": KINDS % 2})
    assert row[:3] == ("odd", "kind", 1.0)
    assert row.shuffled_mean == pytest.approx(0.5, abs=0.02)
    assert 0 < row.shuffled_std < 0.02


def test_by_hand():
    """The first half reads value 0 as absent and 1 as present, with classes weighted.

    Of value 0 come 2 of 3 images without, 0 of 1 with. In the second half 1 of 2 images without
    and 2 of 3 with are read right.
    """
    values = np.array([0, 0, 1, 1, 0, 1, 1, 1, 0])
    present = np.array([0, 0, 0, 1, 0, 0, 1, 1, 1], bool)
    second_half = np.array([0, 0, 0, 0, 1, 1, 1, 1, 1], bool)
    assert _balanced_accuracy(values, present, second_half) == pytest.approx((1 / 2 + 2 / 3) / 2)


def test_a_value_that_only_the_second_half_has_means_absent():
    values = np.array([0, 1, 2, 1])
    present = np.array([False, True, False, True])
    second_half = np.array([False, False, True, True])
    assert _balanced_accuracy(values, present, second_half) == 1.0


def test_a_rare_attribute_counts_as_its_absence():
    """One image in twenty has it, all of value 3, and so have none of the other values."""
    rare = (np.arange(4000) % 20 == 3).astype(int)
    (row,) = attribute_table({"kind": KINDS}, {"rare": rare})
    # Of the images without it, the 800 of 3,800 of value 3 are read wrong.
    assert row.balanced_accuracy == pytest.approx((1 + 3000 / 3800) / 2, abs=0.02)


def test_a_useless_code_is_as_good_as_shuffled_labels():
    attribute = np.random.default_rng(5).integers(0, 2, 4000)
    codes = {f"noise_{k}": np.random.default_rng(10 + k).integers(0, 10, 4000) for k in range(10)}
    (row,) = attribute_table(codes, {"any": attribute})
    assert abs(row.balanced_accuracy - row.shuffled_mean) < 4 * row.shuffled_std
    assert row.shuffled_mean > 0.505  # the best of ten is above a guess


def test_continuous_codes_are_cut_into_bins():
    """An attribute of the middle three tenths, of a code that says its tenth."""
    code = np.random.default_rng(0).permutation(4000) / 100 - 7.0
    attribute = (code >= np.quantile(code, 0.3)) & (code < np.quantile(code, 0.6))
    (row,) = attribute_table({"style": code}, {"middle": attribute})
    assert row.balanced_accuracy == pytest.approx(1.0, abs=2e-3)


def test_rows_are_in_order_and_names_of_values_make_no_difference():
    attributes = {"odd": KINDS % 2, "high": KINDS // 2}
    first = attribute_table({"a": NOISE, "b": KINDS}, attributes, seed=3)
    again = attribute_table(
        {"a": np.array([5, 9, 2, 7])[NOISE], "b": np.array([3, 0, 8, 1])[KINDS]},
        {"odd": 2 * (KINDS % 2) - 1, "high": KINDS > 1},
        seed=3,
    )
    assert first == again
    assert [type(row) for row in first] == [AttributeRow] * 2
    assert [row.attribute for row in first] == ["odd", "high"]


def test_seeds():
    codes, attributes = {"noise": NOISE}, {"odd": KINDS % 2}
    first, again, other = (attribute_table(codes, attributes, seed) for seed in (0, 0, 1))
    assert first == again != other


def test_constant_code_is_a_guess():
    (row,) = attribute_table({"none": np.zeros(4000)}, {"odd": KINDS % 2})
    assert row[2:] == (0.5, 0.5, 0.0)


@pytest.mark.parametrize(
    ("codes", "attributes", "message"),
    [
        ({}, {"odd": KINDS % 2}, "`codes` should have one code or more. Received: none"),
        ({"a": KINDS}, {"odd": KINDS[:9] % 2}, "one value per image. Received: odd of shape"),
        ({"a": KINDS, "b": KINDS[:9]}, {"odd": KINDS % 2}, r"codes of \[9, 4000\] images"),
        ({"a": KINDS}, {"kind": KINDS}, "should have two values, .* kind, with 4 values in 4000"),
        ({"a": KINDS}, {"one": KINDS < -1}, "Received: one, with 1 values in 4000 images"),
        ({"a": KINDS}, {"one": np.arange(4000) == 7}, "each in 2 images or more. Received: one"),
        ({"a": np.full(4000, np.nan)}, {"odd": KINDS % 2}, "Received: NaN or infinity in a"),
        ({"a": np.ones([4000, 2])}, {"odd": KINDS % 2}, r"shape \[N\] .* Received: a of shape"),
    ],
)
def test_refuses(codes, attributes, message):
    with pytest.raises(ValueError, match=message):
        attribute_table(codes, attributes)


def test_codes_are_numbers():
    with pytest.raises(TypeError, match="Codes should be numbers. Received: a of dtype <U1"):
        attribute_table({"a": ["x", "y"] * 2}, {"odd": [0, 1] * 2})
