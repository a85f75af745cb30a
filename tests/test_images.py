import numpy as np
import pytest
import tensorflow as tf

from keras_infogan.images import encode_png, frames_in_channels, tile, unit_images

SHAPE = (2, 3, 1)


def images(dtype, high):
    return np.linspace(0, high, 4 * 6).reshape(4, *SHAPE).astype(dtype)


def test_unit_images():
    unit = unit_images(tf.constant([0, 51, 255], tf.uint8))
    assert unit.dtype == tf.float32
    np.testing.assert_allclose(unit, [0.0, 0.2, 1.0])
    assert unit_images(tf.constant([0.5], tf.float16)).dtype == tf.float32
    np.testing.assert_array_equal(unit_images(tf.constant([0.5, 1.0])), [0.5, 1.0])


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


def test_frames_of_a_video_become_channels():
    videos = np.arange(2 * 3 * 4 * 5 * 2).reshape(2, 3, 4, 5, 2)
    joined = frames_in_channels(videos)
    assert joined.shape == (2, 4, 5, 6)
    np.testing.assert_array_equal(joined[..., 2:4], videos[:, 1])
    assert frames_in_channels(joined) is joined
