"""Builds the image changes of `config.consistency`, and the views of its codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras

from keras_infogan.layers import ImagePart

DEGREES = 360.0  # of a full turn
HUE_SHARE = 0.25  # of the other changes of color, as in SimCLR (Chen et al. 2020)
VALUE_RANGE = (0.0, 1.0)
# Each layer has a seed of its own; views begin at another number than the augmentation.
SEEDS = 8


def build_augmentation(settings: Mapping[str, Any], channels: int, seed: int) -> keras.layers.Layer:
    """The random changes that a code should be invariant to: those whose setting is not 0.

    Args:
        settings: may have rotation_degrees, shift, zoom, stretch, flip, color_jitter, contrast,
            grayscale, invert and fill_mode, as `configs/mnist.py` describes them.
        channels: of the images, 1 or 3.
        seed: int.

    Raises:
        ValueError: all of them are 0.
    """
    chosen = _changes(settings, channels, seed)
    if not chosen:
        raise ValueError(
            "config.consistency should change images in some way. Received: rotation_degrees, "
            "shift, zoom, flip, color_jitter, grayscale and invert of 0"
        )
    return keras.Sequential(chosen, name="augmentation")


def build_views(
    views: Mapping[str, Mapping[str, Any]], channels: int, seed: int
) -> dict[str, keras.layers.Layer]:
    """What the networks of each code see.

    Args:
        views: code name -> settings: rows and columns, the part of the image in pixels;
            gray, whether colors are left out; size, (height, width) to resize to; and changes as
            for `build_augmentation`.
        channels: of the images, 1 or 3.
        seed: int.
    """
    return {
        name: keras.Sequential(_view(view, channels, seed + SEEDS * number), name=f"{name}_view")
        for number, (name, view) in enumerate(sorted(views.items()), start=1)
    }


def _view(view: Mapping[str, Any], channels: int, seed: int) -> list[keras.layers.Layer]:
    is_gray = bool(view.get("gray"))
    part = ImagePart(view.get("rows"), view.get("columns"), is_gray, dtype="float32")
    resizing = (
        [keras.layers.Resizing(*view["size"], data_format="channels_last", dtype="float32")]
        if view.get("size")
        else []
    )
    return [part, *resizing, *_changes(view, 1 if is_gray else channels, seed)]


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
