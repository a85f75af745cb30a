import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_infogan.layers import ImagePart

IMAGES = tf.random.stateless_uniform([2, 8, 6, 3], (0, 0))


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        ({"rows": (2, 5)}, IMAGES[:, 2:5]),
        ({"columns": [0, 4]}, IMAGES[:, :, :4]),
        ({"rows": (7, 8), "columns": (1, 6)}, IMAGES[:, 7:, 1:]),
        ({}, IMAGES),
        ({"rows": ()}, IMAGES),
    ],
)
def test_it_is_a_rectangle_of_every_image(arguments, part):
    np.testing.assert_array_equal(ImagePart(**arguments)(IMAGES), part)


@pytest.mark.parametrize("rows", [(3, 3), (-1, 2), (1, 2, 3), (4,)])
def test_the_ends_are_in_order(rows):
    with pytest.raises(ValueError, match=r"`rows` should be \(first, end\) in pixels"):
        ImagePart(rows)


def test_the_part_is_inside():
    with pytest.raises(ValueError, match="inside images of 6 columns. Received: columns=.2, 7."):
        ImagePart(columns=(2, 7))(IMAGES)


def test_an_image_part_round_trip():
    serialized = keras.saving.serialize_keras_object(ImagePart((1, 3), (0, 2), gray=True))
    restored = keras.saving.deserialize_keras_object(serialized)
    np.testing.assert_array_equal(restored(IMAGES), tf.image.rgb_to_grayscale(IMAGES[:, 1:3, :2]))


def test_a_part_in_gray():
    part = ImagePart(rows=(2, 5), gray=True)(IMAGES)
    expected = np.asarray(IMAGES[:, 2:5]) @ np.array([0.2989, 0.587, 0.114])
    np.testing.assert_allclose(part[..., 0], expected, atol=1e-3)
    assert part.shape == (2, 3, 6, 1)
    np.testing.assert_array_equal(ImagePart(gray=True)(part), part)
