import numpy as np
import pytest
import tensorflow as tf

from keras_infogan.runtime import arguments


@pytest.mark.parametrize("value", [3, np.int64(3), tf.constant(3)])
def test_counts_of_any_library_are_ints(value):
    assert arguments.checked_count("rows", value, 1) == 3


@pytest.mark.parametrize("value", [0, -1, True, 1.0, "1", None])
def test_a_count_below_its_least_or_of_another_type_is_refused(value):
    sentence = "^`rows` should be an int of at least 1. Received: rows="
    with pytest.raises(ValueError, match=sentence):
        arguments.checked_count("rows", value, 1)


@pytest.mark.parametrize(("value", "bits"), [(-(2**31), 32), (2**31 - 1, 32), (2**63 - 1, 64)])
def test_seeds_have_a_number_of_bits(value, bits):
    assert arguments.checked_seed("seed", value, bits) == value
    assert arguments.checked_seed("seed", np.int64(value), bits) == value


@pytest.mark.parametrize("value", [None, 1.5, "a", True, 2**31, -(2**31) - 1])
def test_other_seeds_are_refused(value):
    with pytest.raises(ValueError, match="^`seed` should be an int of 32 bits. Received: seed="):
        arguments.checked_seed("seed", value, 32)


@pytest.mark.parametrize("value", [1, 0.5, np.float32(2.0)])
def test_numbers_are_real(value):
    assert arguments.checked_number("width", value) == value


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (-1, "at least 0"),
        (float("nan"), "at least 0"),
        (float("inf"), "finite"),
        ("1", "a number"),
    ],
)
def test_numbers_at_least(value, sentence):
    with pytest.raises(ValueError, match=f"^`weight` should be {sentence}. Received: weight="):
        arguments.checked_number("weight", value, least=0)


@pytest.mark.parametrize(
    ("value", "sentence"), [(0, "above 0"), (float("nan"), "above 0"), (float("inf"), "finite")]
)
def test_numbers_above(value, sentence):
    with pytest.raises(ValueError, match=f"^`weight` should be {sentence}. Received: weight="):
        arguments.checked_number("weight", value, above=0)


@pytest.mark.parametrize("value", [True, None, "1", 1j])
def test_other_numbers_are_refused(value):
    with pytest.raises(ValueError, match="^`width` should be a number. Received: width="):
        arguments.checked_number("width", value)


def test_an_image_shape_has_three_sizes():
    assert arguments.checked_image_shape("image_shape", [28, np.int64(20), 1]) == (28, 20, 1)


@pytest.mark.parametrize("value", [(28, 28), 28, None, (28, 28, 0), (28, 28, 1.5), (1, 2, 3, 4)])
def test_other_image_shapes_are_refused(value):
    sentence = r"^`image_shape` should be \(height, width, channels\), ints of at least 1. Received"
    with pytest.raises(ValueError, match=sentence) as caught:
        arguments.checked_image_shape("image_shape", value)
    assert str(caught.value).endswith(f"image_shape={value!r}")


@pytest.mark.parametrize("value", [1, 5, np.int64(3)])
def test_counts_up_to_a_limit(value):
    limits = {"least": 1, "most": 5, "limit": "the rows", "received": "5 rows"}
    assert arguments.checked_count_up_to("k", value, **limits) == value


@pytest.mark.parametrize("value", [0, 6, 3.0, True, None])
def test_a_count_above_its_limit_is_refused(value):
    limits = {"least": 1, "most": 5, "limit": "the rows", "received": "5 rows"}
    sentence = rf"^`k` should be an int from 1 to the rows\. Received: k={value} with 5 rows$"
    with pytest.raises(ValueError, match=sentence):
        arguments.checked_count_up_to("k", value, **limits)
