import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_infogan.images import frames_in_channels
from keras_infogan.layers import AllFrames, FrameView

VIDEOS = tf.random.stateless_uniform([2, 8, 6, 4, 3], (0, 0))


def test_frames_become_channels():
    images = frames_in_channels(VIDEOS)
    assert images.shape == (2, 6, 4, 24)
    np.testing.assert_array_equal(images[..., 3:6], VIDEOS[:, 1])
    np.testing.assert_array_equal(frames_in_channels(VIDEOS[:, 0]), VIDEOS[:, 0])


def test_each_frame_is_changed_alike():
    flipped = AllFrames(keras.layers.RandomFlip("horizontal", seed=0))(VIDEOS, training=True)
    for video, changed in zip(VIDEOS, flipped, strict=True):
        is_flipped = np.array_equal(changed, video[:, :, ::-1])
        assert is_flipped or np.array_equal(changed, video)


def test_an_image_is_changed_by_the_layer_itself():
    layer = AllFrames(keras.layers.Rescaling(0.5))
    np.testing.assert_array_equal(layer(VIDEOS[:, 0]), VIDEOS[:, 0] / 2.0)


def test_a_frame_and_what_changes():
    np.testing.assert_array_equal(FrameView(2)(VIDEOS), VIDEOS[:, 2])
    moved = FrameView(7, minus=0)(VIDEOS)
    np.testing.assert_allclose(moved, (VIDEOS[:, 7] - VIDEOS[:, 0] + 1.0) / 2.0)
    np.testing.assert_array_equal(FrameView(1, minus=1)(VIDEOS), np.full([2, 6, 4, 3], 0.5))


@pytest.mark.parametrize(
    ("view", "images"),
    [(FrameView(8), VIDEOS), (FrameView(0), VIDEOS[:, 0]), (FrameView(-1), VIDEOS)],
)
def test_a_frame_that_is_not_there(view, images):
    with pytest.raises(ValueError, match="should be numbers of frames of a video"):
        view(images)


def test_a_layer_is_needed():
    with pytest.raises(TypeError, match="`layer` should be a Keras layer. Received: 3"):
        AllFrames(3)


@pytest.mark.parametrize("layer", [AllFrames(keras.layers.Rescaling(0.5)), FrameView(3, minus=1)])
def test_round_trip(layer):
    restored = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer))
    np.testing.assert_array_equal(restored(VIDEOS), layer(VIDEOS))
