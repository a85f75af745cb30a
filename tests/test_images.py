import numpy as np
import pytest
import tensorflow as tf

from keras_infogan.images import encode_png, tile, unit_images, unit_source

SHAPE = (2, 3, 1)


def images(dtype, high):
    return np.linspace(0, high, 4 * 6).reshape(4, *SHAPE).astype(dtype)


def batches(dataset):
    return np.concatenate(list(dataset.as_numpy_iterator()))


def test_unit_images():
    unit = unit_images(tf.constant([0, 51, 255], tf.uint8))
    assert unit.dtype == tf.float32
    np.testing.assert_allclose(unit, [0.0, 0.2, 1.0])
    assert unit_images(tf.constant([0.5], tf.float16)).dtype == tf.float32
    np.testing.assert_array_equal(unit_images(tf.constant([0.5, 1.0])), [0.5, 1.0])


def test_bytes_pass_as_they_are():
    source = images(np.uint8, 255)
    assert unit_source(source, SHAPE) is source


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_floats_are_scaled_where_they_are_bytes(dtype):
    unit = unit_source(images(dtype, 1.0), SHAPE)
    np.testing.assert_array_equal(unit, images(dtype, 1.0))
    scaled = unit_source(images(dtype, 255.0), SHAPE)
    assert scaled.min() == 0.0
    assert scaled.max() == 1.0
    np.testing.assert_allclose(unit, scaled, atol=1e-3)


def test_tensors_and_lists_are_taken():
    expected = images(np.float32, 1.0)
    np.testing.assert_array_equal(unit_source(tf.constant(expected), SHAPE), expected)
    np.testing.assert_allclose(unit_source(expected.tolist(), SHAPE), expected)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_datasets_lose_their_labels(dtype):
    source = images(dtype, 255)
    dataset = tf.data.Dataset.from_tensor_slices((source, np.arange(4))).batch(2)
    result = batches(unit_source(dataset, SHAPE))
    np.testing.assert_allclose(result, source if dtype == np.uint8 else source / 255.0, rtol=1e-6)


def test_dataset_of_floats_in_the_unit_interval():
    source = images(np.float32, 1.0)
    dataset = tf.data.Dataset.from_tensor_slices(source).batch(2, drop_remainder=True)
    np.testing.assert_array_equal(batches(unit_source(dataset, SHAPE)), source)


def test_other_sources_pass_as_they_are():
    source = iter([images(np.uint8, 255)])
    assert unit_source(source, SHAPE) is source
    assert unit_source(None, SHAPE) is None


@pytest.mark.parametrize(
    ("source", "error", "message"),
    [
        (np.zeros([4, 3, 2, 1], np.uint8), ValueError, r"\[batch, 2, 3, 1\]. .*\[4, 3, 2, 1\]"),
        (np.zeros([2, 3, 1]), ValueError, r"shape \[batch, 2, 3, 1\]. Received: \[2, 3, 1\]"),
        (np.zeros([0, *SHAPE], np.uint8), ValueError, r"at least one image. Received: shape \[0"),
        (np.zeros([0, *SHAPE]), ValueError, "at least one image"),
        (images(np.float32, 256.0), ValueError, r"\[0, 255\]. Received: values from 0 to 256"),
        (images(np.float32, 1.0) - 1.0, ValueError, "Received: values from -1 to 0"),
        (images(np.float32, np.nan), ValueError, "Received: values from nan"),
        (images(np.int32, 255), TypeError, "uint8 or floats. Received: dtype int32"),
        (np.full([1, *SHAPE], "a"), TypeError, "uint8 or floats. Received: dtype <U1"),
    ],
)  # fmt: skip
def test_arrays_that_are_no_images(source, error, message):
    with pytest.raises(error, match=message):
        unit_source(source, SHAPE)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_datasets_of_another_shape(dtype):
    dataset = tf.data.Dataset.from_tensor_slices(np.zeros([4, 3, 2, 1], dtype)).batch(2)
    with pytest.raises(ValueError, match=r"Received: \[(None|2), 3, 2, 1\]"):
        unit_source(dataset, SHAPE)


def test_empty_dataset():
    dataset = tf.data.Dataset.from_tensor_slices(images(np.float32, 1.0)).batch(2).take(0)
    with pytest.raises(ValueError, match="should hold images. Received: an empty dataset"):
        unit_source(dataset, SHAPE)


def test_tile_goes_row_by_row():
    numbered = np.arange(6)[:, None, None, None] * np.ones([1, 1, 2, 1])
    np.testing.assert_array_equal(
        tile(numbered, columns=3)[:, :, 0], [[0, 0, 1, 1, 2, 2], [3, 3, 4, 4, 5, 5]]
    )


def test_tile_leaves_gray_gaps():
    picture = tile(np.ones([2, 1, 1, 1]), columns=2, gap=1)
    np.testing.assert_array_equal(picture[:, :, 0], [[1, 0.5, 1, 0.5], [0.5, 0.5, 0.5, 0.5]])


def test_tile_needs_full_rows():
    with pytest.raises(ValueError, match="4 images do not fill rows of 3. Received: columns=3"):
        tile(np.zeros([4, 2, 2, 1]), columns=3)


def test_png_holds_the_image():
    image = images(np.float32, 1.0)[1]
    decoded = tf.io.decode_png(encode_png(image)).numpy()
    assert decoded.dtype == np.uint8
    np.testing.assert_allclose(decoded / 255.0, image, atol=1 / 255)


def test_png_of_bytes_is_exact():
    levels = np.arange(256, dtype=np.uint8).reshape(16, 16, 1)
    decoded = tf.io.decode_png(encode_png(unit_images(tf.constant(levels))))
    np.testing.assert_array_equal(decoded, levels)


def test_png_clips_what_is_out_of_range():
    decoded = tf.io.decode_png(encode_png(np.array([[[-1.0], [2.0]]]))).numpy()
    assert decoded.ravel().tolist() == [0, 255]
