"""The rule for images, in NumPy, in eager TensorFlow and in a graph."""

import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf

from keras_infogan.runtime.image_tensors import (
    checked_tensor,
    image_sentence,
    in_range,
    one_sentence,
    stored_tensor,
)
from keras_infogan.runtime.images import checked_images, stream_white, unit_array

SHAPE = (2, 3, 1)
BYTES = np.random.default_rng(0).integers(2, 256, [4, *SHAPE])
BYTES[0, 0, 0, 0], BYTES[0, 1, 0, 0] = 0, 255
UNIT = (BYTES / 255.0).astype(np.float32)
WHITE = BYTES > 127

TAKEN = {
    "uint8": (BYTES.astype(np.uint8), UNIT),
    "uint16": (BYTES.astype(np.uint16), UNIT),
    "int32": (BYTES.astype(np.int32), UNIT),
    "int64": (BYTES, UNIT),
    "bool": (WHITE, WHITE.astype(np.float32)),
    "float16": (UNIT.astype(np.float16), UNIT),
    "bfloat16": (tf.cast(UNIT, tf.bfloat16), UNIT),
    "float32": (UNIT, UNIT),
    "float64": (UNIT.astype(np.float64), UNIT),
    "float32 to 255": (BYTES.astype(np.float32), UNIT),
    "float64 to 255": (BYTES.astype(np.float64), UNIT),
    "floats of 0 and 1": (WHITE.astype(np.float32), WHITE.astype(np.float32)),
    "black bytes": (np.zeros([1, *SHAPE], np.uint8), np.zeros([1, *SHAPE])),
    "black floats": (np.zeros([1, *SHAPE]), np.zeros([1, *SHAPE])),
}

NAN = UNIT.copy()
NAN[[1, 3], 0] = np.nan
REFUSED = {
    "from -1 to 1": (2 * UNIT - 1, r"in \[0, 1\] or \[0, 255\]. Received: values from -1 to 1$"),
    "over 255": (UNIT * 256, r"in \[0, 1\] or \[0, 255\]. Received: values from 0 to 256$"),
    "infinite": (UNIT / np.float32(0.5) + np.where(UNIT == 1, np.inf, 0), "values from 0 to inf$"),
    "a resized image": (UNIT * 1.02, r"\[0, 255\]. Received: values .*to 1.02, just above 1$"),
    "NaN": (NAN, "Images should not hold NaN. Received: NaN in 2 of 4 images$"),
    "uint16": (BYTES.astype(np.uint16) * 16, "if they are integers. Received: uint16 values from "),
    "int8": (BYTES.astype(np.int8), "if they are integers. Received: int8 values from -"),
    "0 and 1": (
        WHITE.astype(np.uint8),
        r"`images.astype\(bool\)` makes 1 white. Received: uint8 images whose largest value is 1$",
    ),
}


def in_graph(images):
    with one_sentence():
        return tf.function(lambda each: checked_tensor(each, SHAPE))(images).numpy()


DOORS = {
    "NumPy": lambda images: unit_array(images, SHAPE),
    "eager": lambda images: checked_tensor(images, SHAPE).numpy(),
    "graph": in_graph,
}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("case", TAKEN)
def test_what_is_taken_means_the_same_everywhere(case, door):
    images, expected = TAKEN[case]
    unit = DOORS[door](images)
    assert unit.dtype == np.float32
    np.testing.assert_allclose(unit, expected, atol=3e-3 if "float16" in case else 1e-6)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_is_refused_everywhere_in_one_sentence(case, door):
    images, message = REFUSED[case]
    with pytest.raises(ValueError, match=message) as caught:
        DOORS[door](images)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("dtype", [str, complex])
def test_what_is_no_number_is_refused(door, dtype):
    with pytest.raises(TypeError, match="an array of uint8 or floats. Received: dtype"):
        DOORS[door](BYTES.astype(dtype))


@pytest.mark.parametrize(
    ("images", "error", "message"),
    [
        (np.zeros(SHAPE), ValueError, r"Received: \[2, 3, 1\], one image without its batch axis"),
        (np.zeros([4, 2, 3]), ValueError, r"\[batch, 2, 3, 1\]. Received: \[4, 2, 3\]$"),
        (np.zeros([4, 2, 3, 3]), ValueError, r"\[batch, 2, 3, 1\]. Received: \[4, 2, 3, 3\]$"),
        (np.zeros([0, *SHAPE]), ValueError, r"at least one image. Received: shape \[0, 2, 3, 1\]"),
        ([np.zeros([2, 2]), np.zeros([3, 3])], TypeError, "Received: list"),
        (None, TypeError, "Received: NoneType"),
    ],
)
def test_other_arrays_are_refused(images, error, message):
    with pytest.raises(error, match=message):
        checked_images(images, SHAPE)


def test_without_a_shape_any_size_is_taken():
    assert checked_images(np.zeros([1, 5, 6, 7])).shape == (1, 5, 6, 7)
    with pytest.raises(ValueError, match=r"\[batch, H, W, C\]. Received: \[5, 6, 7\]"):
        checked_images(np.zeros([5, 6, 7]))


def test_right_arrays_are_not_copied():
    for images in (BYTES.astype(np.uint8), UNIT):
        assert checked_images(images, SHAPE) is images


def test_lists_and_tensors_are_taken():
    np.testing.assert_allclose(unit_array(UNIT.tolist(), SHAPE), UNIT)
    np.testing.assert_array_equal(unit_array(tf.constant(UNIT), SHAPE), UNIT)


BLACK, DARK, BRIGHT = (np.full([2, *SHAPE], value) for value in (0.0, 0.9, 200.0))


@pytest.mark.parametrize(
    ("batches", "white"),
    [
        ([], None),
        ([BLACK], 1),
        ([DARK] * 20, 1),
        ([BLACK, DARK, BRIGHT], 255),
        ([BLACK] * 8 + [BRIGHT], 1),  # the later batch is refused, see below
        ([BYTES], 255),
        ([BYTES * 0], 255),
        ([WHITE], 1),
    ],
)
def test_the_first_batches_decide_the_range(batches, white):
    assert stream_white(batches) == white


def test_a_stream_of_zeros_and_ones_is_refused():
    with pytest.raises(ValueError, match="makes 1 white. Received: uint8 images whose largest"):
        stream_white([WHITE.astype(np.uint8)] * 9)


def test_no_more_batches_are_read_than_needed():
    batches = iter([BRIGHT, BLACK])
    stream_white(batches)
    assert next(batches) is BLACK


def test_later_batches_are_held_to_the_range():
    np.testing.assert_allclose(checked_images(DARK, SHAPE, white=255), 0.9 / 255)
    with pytest.raises(ValueError, match=r"stay in \[0, 1\].* Received: values up to 200"):
        checked_images(BRIGHT, SHAPE, white=1)
    with pytest.raises(ValueError, match=r"stay in \[0, 1\].* Received: values up to 1.5"):
        checked_images(BRIGHT / 200 * 1.5, SHAPE, white=1)


@pytest.mark.parametrize("images", [DARK, BRIGHT / 200, BYTES, WHITE, BYTES.astype(np.uint16)])
@pytest.mark.parametrize("white", [1, 255])
def test_a_stream_is_the_same_in_a_graph(images, white):
    expected = checked_images(images, SHAPE, white)
    stored = tf.function(lambda each: stored_tensor(each, SHAPE, white))(images).numpy()
    assert stored.dtype == expected.dtype
    np.testing.assert_allclose(stored, expected, rtol=1e-6)


@pytest.mark.parametrize(
    ("images", "white", "message"),
    [
        (BRIGHT, 1, r"stay in \[0, 1\].* Received: values from 200 to 200$"),
        (BRIGHT * 2, 255, r"\[0, 1\] or \[0, 255\]. Received: values from 400 to 400$"),
        (DARK - 1, 255, r"\[0, 255\]. Received: values from -0.1"),
        (NAN, 1, "NaN in 2 of 4 images$"),
    ],
)
def test_a_stream_is_held_to_its_range_in_a_graph(images, white, message):
    with pytest.raises(ValueError, match=message), one_sentence():
        tf.function(lambda each: stored_tensor(each, SHAPE, white))(images)


def test_nan_may_be_left_to_a_step():
    for leave in (
        lambda images: checked_images(images, SHAPE, 1, leaves_nan=True),
        lambda images: stored_tensor(tf.constant(images), SHAPE, 1, leaves_nan=True).numpy(),
    ):
        np.testing.assert_array_equal(leave(NAN), NAN)
    assert stream_white([UNIT, NAN, np.full_like(NAN, np.nan)], leaves_nan=True) == 1
    with pytest.raises(ValueError, match="NaN in 2 of 4"):
        stream_white([NAN], leaves_nan=True)


@pytest.mark.parametrize("spec", [None, [None, None, None, None], [None, 2, None, 1]])
def test_a_shape_that_is_not_declared_is_checked_when_it_comes(spec):
    checked = tf.function(
        lambda each: stored_tensor(each, SHAPE, 1), input_signature=[tf.TensorSpec(spec)]
    )
    np.testing.assert_array_equal(checked(UNIT), UNIT)
    with pytest.raises(ValueError, match=r"\[batch, 2, 3, 1\]. Received: \[4 2 2 1\]"):
        with one_sentence():
            checked(UNIT[:, :, :2])


def test_other_errors_pass():
    assert image_sentence("Dimensions should match. Received: 3") is None
    with pytest.raises(tf.errors.InvalidArgumentError), one_sentence():
        tf.debugging.Assert(False, ["something else"])


def test_gradients_pass_the_checks():
    images = tf.constant(UNIT)
    with tf.GradientTape() as tape:
        tape.watch(images)
        total = tf.reduce_sum(in_range(images)) + tf.reduce_sum(checked_tensor(images, SHAPE))
    np.testing.assert_array_equal(tape.gradient(total, images), np.full_like(UNIT, 2.0))


def test_the_rule_needs_no_tensorflow():
    code = "import sys, keras_infogan.runtime.images; assert 'tensorflow' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
