"""A generator of images from text in two stages: a small image, then a large one made of it."""

from __future__ import annotations

import math
from typing import Any

import keras
from keras import layers

from keras_infogan.latents.given import GivenText
from keras_infogan.layers import ResidualBlock
from keras_infogan.networks.architectures import Recipe
from keras_infogan.networks.blocks import Shape, batch_normalization, hidden_dtype, tiled
from keras_infogan.networks.text import text_encoder

STAGE_FACTOR = 4  # sides of the large image, in sides of the small one
CONDITIONING_UNITS = 16
STAGE_TWO_MAPS = 128
LARGEST_UNIFORM = 0.999  # erfinv(1) is infinite


def stage_one(recipe: Recipe, width: int, text: GivenText, shape: Shape) -> keras.Model:
    """The architecture's generator at a quarter of the size, after conditioning augmentation.

    The first 16 noise columns, which are uniform, become the normal noise of the conditioning. The
    generator does not get them, so that it cannot take this noise away again.

    Args:
        recipe: of the architecture.
        width: columns of the latents: at least 16 of noise first, those of the text last.
        text: what is given.
        shape: (H, W, C) of the large images.

    Raises:
        ValueError: the architecture makes no images a quarter as high and wide.

    Returns:
        Keras model, latents [B, width] -> small images [B, H/4, W/4, C], conditioning float32
        [B, 16], and the mean and the log deviation it was drawn from.
    """
    others = width - text.width
    row = layers.Input([width], dtype="float32")
    sentence = layers.Flatten()(text_encoder(text, 4 * CONDITIONING_UNITS)(row[:, others:]))
    mean = layers.Dense(CONDITIONING_UNITS, dtype="float32")(sentence)
    log_deviation = layers.Dense(CONDITIONING_UNITS, dtype="float32", name="log_deviation")(
        sentence
    )
    uniform = LARGEST_UNIFORM * row[:, :CONDITIONING_UNITS]
    normal = math.sqrt(2.0) * keras.ops.erfinv(uniform)
    conditioning = mean + keras.ops.exp(log_deviation) * normal
    small = (shape[0] // STAGE_FACTOR, shape[1] // STAGE_FACTOR, shape[2])
    try:
        generator = recipe(others, 0, small).generator
    except ValueError as error:
        sides = f"a quarter of the height and width of image_shape={tuple(shape)}"
        raise ValueError(f"Stage one makes images with {sides}. {error}") from error
    image = generator(_conditioned(conditioning, row, others))
    return keras.Model(row, [image, conditioning, mean, log_deviation], name="stage_one")


def stage_two(recipe: Recipe, columns: int, small: Shape) -> keras.Model:
    """Conv 3x3 of the small image next to columns, two residual blocks, two upsamplings.

    Each upsampling is followed by conv 3x3, batch normalization and ReLU: without the
    normalization all images were black in one of two seeds.

    Args:
        recipe: of the architecture, for its width and its dtype.
        columns: of what is laid next to each pixel: the conditioning, noise and codes.
        small: (H, W, C) of the small images.

    Returns:
        Keras model [small images, columns [B, columns]] -> images [B, 4H, 4W, C] in [0, 1].
    """
    maps = recipe.scaled(STAGE_TWO_MAPS)
    with hidden_dtype(recipe.dtype):
        image = layers.Input(small, dtype="float32")
        row = layers.Input([columns], dtype="float32")
        planes = tiled(row, small[:2])
        hidden = layers.Concatenate()([image, planes])
        hidden = layers.ReLU()(layers.Conv2D(maps, 3, padding="same")(hidden))
        for _ in range(2):
            hidden = ResidualBlock(maps)(hidden)
        for share in (2, 4):
            hidden = layers.UpSampling2D()(hidden)
            filters = max(1, maps // share)
            hidden = layers.Conv2D(filters, 3, padding="same", use_bias=False)(hidden)
            hidden = layers.ReLU()(batch_normalization()(hidden))
        logits = layers.Conv2D(small[2], 3, padding="same", dtype="float32")(hidden)
        large = layers.Activation("sigmoid", dtype="float32")(logits)
    return keras.Model([image, row], large, name="stage_two")


def two_stages(first: keras.Model, second: keras.Model, others: int) -> keras.Model:
    """The generator: `stage_two` on what `stage_one` makes, and on noise and codes.

    Args:
        first, second: the two stages.
        others: columns of noise and codes, the first ones of the latents.
    """
    row = layers.Input(first.input_shape[1:], dtype="float32")
    image, _ = run_stages(first, second, row, others)
    return keras.Model(row, image, name="generator")


def run_stages(
    first: keras.Model, second: keras.Model, row: Any, others: int, **mode: Any
) -> tuple[Any, Any]:
    """Large images, and all that stage one makes.

    Args:
        first, second, others: as for `two_stages`.
        row: latents [B, width].
        **mode: of both stages, `training`.
    """
    inner = first(row, **mode)
    return second([inner[0], _conditioned(inner[1], row, others)], **mode), inner


def _conditioned(conditioning: Any, row: Any, others: int) -> Any:
    """The conditioning, the noise that is not in it, and the codes, [B, others]."""
    return keras.ops.concatenate([conditioning, row[:, CONDITIONING_UNITS:others]], axis=-1)
