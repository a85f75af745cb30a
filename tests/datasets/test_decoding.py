import numpy as np
import pytest
import tensorflow as tf

from keras_infogan.datasets import Decoder


def decode(decoder, image, encode=tf.io.encode_png):
    return decoder(encode(np.asarray(image, np.uint8))).numpy()


def test_an_image_is_kept_as_it_is():
    image = np.arange(24).reshape(2, 4, 3)
    np.testing.assert_array_equal(decode(Decoder(), image), image)
    np.testing.assert_array_equal(decode(Decoder((), 0), image), image)
    np.testing.assert_array_equal(decode(Decoder((2, 4), 3), image), image)


def test_the_middle_of_a_wide_image_is_kept():
    image = np.zeros((4, 8, 1))
    image[:, 2:6] = 200
    np.testing.assert_array_equal(decode(Decoder((2, 2)), image), np.full((2, 2, 1), 200))


def test_the_middle_178_rows_of_celeb_a_are_kept():
    image = np.zeros((218, 178, 3))
    image[20:198] = 100
    np.testing.assert_array_equal(decode(Decoder((32, 32)), image), np.full((32, 32, 3), 100))


def test_other_proportions_are_kept_too():
    image = np.zeros((6, 6, 1))
    image[1:5] = 50  # 3 rows for 4.5 columns, rounded down: 4 of 6
    np.testing.assert_array_equal(decode(Decoder((2, 3)), image), np.full((2, 3, 1), 50))


def test_a_triangle_filter_shrinks():
    # Around 1.0, at 0.5, 1.5 and 2.5, the weights are 0.75, 0.75 and 0.25: 255 * 0.25 / 1.75.
    row = np.array([0, 0, 255, 255])
    image = np.tile(row, (4, 1))[..., None]
    assert decode(Decoder((2, 2)), image)[..., 0].tolist() == [[36, 219], [36, 219]]


def test_a_small_image_grows():
    assert (decode(Decoder((8, 8)), np.full((2, 3, 1), 7)) == 7).all()


def test_channels_are_converted():
    gray = decode(Decoder(channels=3), np.full((2, 2, 1), 9))
    assert gray.shape == (2, 2, 3) and (gray == 9).all()
    assert decode(Decoder(channels=1), np.full((2, 2, 3), 9)).shape == (2, 2, 1)
    assert decode(Decoder(channels=3), np.full((2, 2, 4), 9)).shape == (2, 2, 3)


def test_jpeg_is_decoded():
    image = decode(Decoder((4, 4), 3), np.full((16, 16, 3), 128), tf.io.encode_jpeg)
    np.testing.assert_allclose(image, 128, atol=2)


def test_white_that_is_stored_as_1():
    image = np.array([[0, 1], [1, 0]])[..., None]
    np.testing.assert_array_equal(decode(Decoder(white=1), image), 255 * image)


def test_the_output_shape_is_told_where_it_is_known():
    assert Decoder().output_shape((None, None, 3)) == (None, None, 3)
    assert Decoder((8, 6), 1).output_shape((None, None, None)) == (8, 6, 1)


@pytest.mark.parametrize("size", [32, "32,32", (32,), (32, 0), (3.5, 2), (1, 2, 3)])
def test_an_impossible_size_is_refused(size):
    with pytest.raises(ValueError, match=r"\(height, width\) in pixels. Received: "):
        Decoder(size)


def test_an_impossible_number_of_channels_is_refused():
    with pytest.raises(ValueError, match="channels should be 1 or 3. Received: 4"):
        Decoder(channels=4)


@pytest.mark.parametrize("size", [None, (5, 7), (3, 3), (10, 4), (16, 16)])
def test_a_batch_is_converted_as_each_image_is_decoded(size):
    images = np.random.default_rng(0).integers(0, 256, (4, 5, 7, 3), np.uint8)
    for stored, channels in ((images, None), (images, 1), (images[..., :1], 3)):
        decoder = Decoder(size, channels)
        expected = [decode(decoder, image) for image in stored]
        np.testing.assert_array_equal(decoder.convert(stored), expected)


def test_a_batch_becomes_gray():
    colors = np.array([[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255], [40, 40, 40]])
    gray = Decoder(channels=1).convert(colors.astype(np.uint8)[:, None, None])
    # Of 255: .299, .587 and .114, rounded down.
    assert gray[:, 0, 0, 0].tolist() == [76, 149, 29, 255, 40]


def test_a_size_of_numpy_is_a_size():
    size = (np.int64(6), np.int32(4))
    assert Decoder(size)(tf.io.encode_png(np.zeros([8, 8, 1], np.uint8))).shape == (6, 4, 1)
