import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_infogan.layers import frozen_seeds
from keras_infogan.runs.augmentations import build_augmentation, build_views

GRAY, COLOR = (tf.random.stateless_uniform([4, 16, 12, channels], (0, 0)) for channels in (1, 3))


def kinds(layer):
    return [type(each).__name__ for each in layer.layers]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"rotation_degrees": 22.0}, ["RandomRotation"]),
        ({"shift": 0.1, "zoom": 0.15}, ["RandomTranslation", "RandomZoom"]),
        ({"flip": True, "shift": 0.0}, ["RandomFlip"]),
        ({"color_jitter": 0.4, "grayscale": 0.2}, ["RandomColorJitter", "RandomGrayscale"]),
    ],
)
def test_a_setting_of_0_is_off(settings, expected):
    assert kinds(build_augmentation(settings, (8, 8, 3), seed=0)) == expected


def test_gray_images_have_neither_hue_nor_saturation():
    augmentation = build_augmentation({"color_jitter": 0.4, "grayscale": 0.5}, (8, 8, 1), seed=0)
    assert kinds(augmentation) == ["RandomBrightness", "RandomContrast"]
    assert augmentation.layers[1].get_config()["factor"] == (0, 0.4)


def test_the_contrast_may_have_a_strength_of_its_own():
    settings = {"color_jitter": 0.4, "contrast": 0.9}
    brightness, contrast = build_augmentation(settings, (8, 8, 1), seed=0).layers
    assert contrast.get_config()["factor"] == (0, 0.9)
    assert brightness.get_config()["factor"] == (-0.4, 0.4)


@pytest.mark.parametrize("images", [GRAY, COLOR])
def test_changed_images_are_images(images):
    settings = {
        "rotation_degrees": 22.0,
        "shift": 0.1,
        "zoom": 0.15,
        "flip": True,
        "color_jitter": 0.8,
        "grayscale": 0.2,
        "fill_mode": "nearest",
    }
    augmentation = build_augmentation(settings, images.shape[1:], seed=0)
    with frozen_seeds(augmentation):
        changed = augmentation(images, training=True)
    assert changed.shape == images.shape
    assert changed.dtype == tf.float32
    assert 0.0 <= float(tf.reduce_min(changed)) < float(tf.reduce_max(changed)) <= 1.0 + 1e-6
    assert not np.allclose(changed, images, atol=0.05)
    np.testing.assert_array_equal(augmentation(images, training=True), changed)


def test_a_zoom_is_of_both_sides_alike_or_of_each_on_its_own():
    (alike,) = build_augmentation({"zoom": 0.2}, (8, 8, 1), seed=0).layers
    (each,) = build_augmentation({"zoom": 0.2, "stretch": True}, (8, 8, 1), seed=0).layers
    assert (alike.width_factor, each.width_factor) == (None, 0.2)


def test_a_share_of_the_images_is_inverted():
    augmentation = build_augmentation({"invert": 0.25}, (8, 8, 1), seed=0)
    images = tf.fill([2000, 2, 2, 1], 0.2)
    bright = np.mean(augmentation(images, training=True)[:, 0, 0, 0] > 0.5)
    assert bright == pytest.approx(0.25, abs=0.04)


def test_jitter_keeps_the_color_where_its_strength_is_small():
    augmentation = build_augmentation({"color_jitter": 0.01}, (8, 8, 3), seed=0)
    np.testing.assert_allclose(augmentation(COLOR, training=True), COLOR, atol=0.05)


def test_something_has_to_change():
    with pytest.raises(ValueError, match="should change images in some way. Received: rot"):
        build_augmentation({"shift": 0.0, "fill_mode": "nearest"}, (8, 8, 3), seed=0)


def test_a_view_is_a_part_a_size_and_changes():
    views = build_views(
        {
            "hair": {"rows": (2, 8), "columns": (0, 12)},
            "pose": {"size": (8, 6), "gray": True},
        },
        COLOR.shape[1:],
        seed=0,
    )
    np.testing.assert_array_equal(views["hair"](COLOR, training=True), COLOR[:, 2:8])
    pose = views["pose"](COLOR, training=True)
    assert pose.shape == (4, 8, 6, 1)
    restored = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(views["pose"])
    )
    np.testing.assert_allclose(restored(COLOR, training=True), pose, atol=1e-6)


def test_of_a_video_all_frames_change_alike():
    still = tf.repeat(COLOR[:, None, ..., :1], 8, axis=1)
    augmentation = build_augmentation({"shift": 0.3, "fill_mode": "nearest"}, still.shape[1:], 0)
    changed = augmentation(still, training=True)
    assert changed.shape == still.shape
    assert np.ptp(changed, axis=1).max() == 0.0
    assert np.abs(changed - still).max() > 0.1


def test_a_view_of_a_video_is_a_frame_or_all_frames():
    videos = tf.random.stateless_uniform([2, 8, 6, 6, 1], (0, 0))
    views = build_views(
        {"form": {"frame": 3, "rows": (1, 5)}, "motion": {"rows": (1, 5)}}, videos.shape[1:], seed=0
    )
    np.testing.assert_array_equal(views["form"](videos), videos[:, 3, 1:5])
    np.testing.assert_array_equal(views["motion"](videos), videos[:, :, 1:5])
