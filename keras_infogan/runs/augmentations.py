"""Builds the image changes of `config.consistency`, and the views of its codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import keras

from keras_infogan.images import VIDEO_RANK
from keras_infogan.layers import AllFrames, FrameView, ImagePart

DEGREES = 360.0  # of a full turn
HUE_SHARE = 0.25  # of the other changes of color, as in SimCLR (Chen et al. 2020)
VALUE_RANGE = (0.0, 1.0)
# Each layer has a seed of its own; views begin at another number than the augmentation.
SEEDS = 8


def build_augmentation(
    settings: Mapping[str, Any], image_shape: Sequence[int] | None, seed: int
) -> keras.layers.Layer:
    """The random changes that a code should be invariant to: those whose setting is not 0.

    Args:
        settings: may have rotation_degrees, shift, zoom, stretch, flip, color_jitter, contrast,
            grayscale, invert and fill_mode, as `configs/mnist.py` describes them.
        image_shape: (H, W, C), or (T, H, W, C) of videos, whose frames change alike; None is
            one of them, with one channel.
        seed: int.

    Raises:
        ValueError: all of them are 0.
    """
    chosen = _changes(settings, _colors(image_shape), seed)
    if not chosen:
        raise ValueError(
            "config.consistency should change images in some way. Received: rotation_degrees, "
            "shift, zoom, flip, color_jitter, grayscale and invert of 0"
        )
    return _of_all_frames(chosen, image_shape, "augmentation")


def build_views(
    views: Mapping[str, Mapping[str, Any]], image_shape: Sequence[int] | None, seed: int
) -> dict[str, keras.layers.Layer]:
    """What the networks of each code see.

    Args:
        views: code name -> settings: frame, and perhaps minus, of videos, as for `FrameView`;
            rows and columns, the part of the image in pixels;
            gray, whether colors are left out; size, (height, width) to resize to; and changes as
            for `build_augmentation`.
        image_shape: as for `build_augmentation`.
        seed: int.
    """
    return {
        name: _view(view, image_shape, seed + SEEDS * number, f"{name}_view")
        for number, (name, view) in enumerate(sorted(views.items()), start=1)
    }


def _view(
    view: Mapping[str, Any], image_shape: Sequence[int] | None, seed: int, name: str
) -> keras.layers.Layer:
    frame = [FrameView(view["frame"], view.get("minus"))] if "frame" in view else []
    shape = image_shape[1:] if frame and image_shape else image_shape
    is_gray = bool(view.get("gray"))
    part = ImagePart(view.get("rows"), view.get("columns"), is_gray, dtype="float32")
    resizing = (
        [keras.layers.Resizing(*view["size"], data_format="channels_last", dtype="float32")]
        if view.get("size")
        else []
    )
    changes = _changes(view, 1 if is_gray else _colors(shape), seed)
    shown = _of_all_frames([part, *resizing, *changes], shape, name)
    return keras.Sequential([*frame, shown], name=f"{name}_of_frame") if frame else shown


def _of_all_frames(
    chosen: Sequence[keras.layers.Layer], image_shape: Sequence[int] | None, name: str
) -> keras.layers.Layer:
    """The layers one after another; of videos, for all frames alike."""
    layer = keras.Sequential(chosen, name=name)
    is_image = image_shape and len(image_shape) != VIDEO_RANK - 1
    return layer if is_image else AllFrames(layer)


def _colors(image_shape: Sequence[int] | None) -> int:
    """Channels of an image whose colors may change; 1 for videos, whose frames are channels."""
    return 1 if not image_shape or len(image_shape) == VIDEO_RANK - 1 else image_shape[-1]


def _changes(settings: Mapping[str, Any], channels: int, seed: int) -> list[keras.layers.Layer]:
    layers = keras.layers
    common = {"data_format": "channels_last", "dtype": "float32"}
    # Pixels that a change uncovers are black, as the background of digits is, unless a config
    # says otherwise.
    moving = {"fill_mode": settings.get("fill_mode", "constant"), **common}
    chosen: list[keras.layers.Layer] = []
    if degrees := settings.get("rotation_degrees"):
        chosen.append(layers.RandomRotation(degrees / DEGREES, seed=seed, **moving))
    if shift := settings.get("shift"):
        chosen.append(layers.RandomTranslation(shift, shift, seed=seed + 1, **moving))
    if zoom := settings.get("zoom"):
        of_width = zoom if settings.get("stretch") else None  # None is as that of the height
        chosen.append(layers.RandomZoom(zoom, of_width, seed=seed + 2, **moving))
    if settings.get("flip"):
        chosen.append(layers.RandomFlip("horizontal", seed=seed + 3, **common))
    if jitter := settings.get("color_jitter"):
        chosen += _jitter(jitter, settings.get("contrast") or jitter, channels, seed + 4)
    if (share := settings.get("grayscale")) and channels == 3:
        chosen.append(layers.RandomGrayscale(share, seed=seed + 7, **common))
    if share := settings.get("invert"):
        chosen.append(
            layers.RandomInvert((share, share), VALUE_RANGE, seed=seed + 6, dtype="float32")
        )
    return chosen


def _jitter(strength: float, contrast: float, channels: int, seed: int) -> list[keras.layers.Layer]:
    """Random brightness and contrast; of color images saturation and hue too."""
    settings = {"value_range": VALUE_RANGE, "dtype": "float32"}
    if channels == 1:
        return [
            keras.layers.RandomBrightness(strength, seed=seed, **settings),
            keras.layers.RandomContrast(contrast, seed=seed + 1, **settings),
        ]
    return [
        keras.layers.RandomColorJitter(
            brightness_factor=strength,
            contrast_factor=contrast,
            saturation_factor=((1.0 - strength) / 2.0, (1.0 + strength) / 2.0),
            hue_factor=HUE_SHARE * strength,
            seed=seed,
            data_format="channels_last",
            **settings,
        )
    ]
