"""A Laplacian pyramid: a small image, and at each larger size a difference image added to it."""

from __future__ import annotations

import keras
import tensorflow as tf
from keras import layers

from keras_infogan.layers import UnitRange
from keras_infogan.networks.architectures import Recipe
from keras_infogan.networks.blocks import Shape, hidden_dtype, leaky
from keras_infogan.runtime.arguments import checked_image_shape
from keras_infogan.runtime.types import Tensor

COARSEST = 8  # the least side of the smallest images
COARSEST_UNITS = 600
STAGE_MAPS = 64
PLANES = 4  # of latents, in a stage
PLANE_SCALE = 4  # how much smaller than the image they are made


def pyramid_shapes(shape: Shape) -> list[Shape]:
    """The shapes of a pyramid's images, from the smallest to the full one.

    Raises:
        ValueError: no (H, W, C), or images that cannot be halved to a side of at least 8.

    Examples:
        >>> pyramid_shapes((32, 32, 3))
        [(8, 8, 3), (16, 16, 3), (32, 32, 3)]
    """
    height, width, channels = checked_image_shape("image_shape", shape)
    shapes = [shape]
    while not (height % 2 or width % 2) and min(height, width) >= 2 * COARSEST:
        height, width = height // 2, width // 2
        shapes.append((height, width, channels))
    if len(shapes) == 1 or height % PLANE_SCALE or width % PLANE_SCALE:
        raise ValueError(
            f"A pyramid's images should have sides that are {COARSEST} or more after halving, and "
            f"multiples of {PLANE_SCALE}. Received: image_shape={tuple(shape)}"
        )
    return shapes[::-1]


def shrunk(images: Tensor, factor: int = 2) -> Tensor:
    """Images whose pixels are the means of squares of factor x factor pixels."""
    return tf.nn.avg_pool2d(images, factor, factor, "VALID")


def enlarged(images: Tensor) -> Tensor:
    """Images with each pixel twice in both directions."""
    return tf.repeat(tf.repeat(images, 2, axis=1), 2, axis=2)


def difference_stage(recipe: Recipe, width: int, shape: Shape) -> keras.Model:
    """Conv 64, 64, C, all 3x3, of an enlarged image next to planes made from latents.

    Its output is the image plus a difference image. The difference has mean 0 in each square of
    2 x 2 pixels, so the smaller image of the result is the one that came in. In inference the
    result is clipped to [0, 1], which may change it.

    Args:
        recipe: of the architecture, for its width and its dtype.
        width: columns of the latents.
        shape: (H, W, C) of the images.

    Returns:
        Keras model [enlarged images [B, H, W, C], latents [B, width]] -> images, of the same shape.
    """
    height, columns, channels = shape
    with hidden_dtype(recipe.dtype):
        low = layers.Input(shape, dtype="float32")
        row = layers.Input([width], dtype="float32")
        small = (height // PLANE_SCALE, columns // PLANE_SCALE, PLANES)
        planes = layers.Dense(small[0] * small[1] * PLANES)(row)
        planes = layers.UpSampling2D(PLANE_SCALE)(layers.Reshape(small)(planes))
        hidden = layers.Concatenate()([low, planes])
        for _ in range(2):
            hidden = layers.Conv2D(recipe.scaled(STAGE_MAPS), 3, padding="same")(hidden)
            hidden = layers.ReLU()(hidden)
        detail = layers.Conv2D(channels, 3, padding="same", dtype="float32")(hidden)
        means = layers.UpSampling2D(dtype="float32")(layers.AveragePooling2D(2)(detail))
        image = low + detail - means
        return keras.Model([low, row], UnitRange()(2.0 * image - 1.0), name=stage_name(shape))


def coarsest_trunk(recipe: Recipe, coarse: keras.Model, shape: Shape) -> keras.Model:
    """The architecture's trunk for the smallest images, and FC 600 - FC, with leaky ReLU.

    The trunk of so small an image has one or two layers. The paper's discriminator of 8 x 8 pixels
    has two hidden layers of 600 units.

    Args:
        recipe: of the architecture, for its width.
        coarse: its trunk for the smallest images.
        shape: (H, W, C) of the full images, which it shrinks first.

    Returns:
        Keras model, images of full size -> as many features as `coarse` gives.
    """
    factor = shape[0] // coarse.input_shape[1]
    hidden = [
        layer
        for units in (recipe.scaled(COARSEST_UNITS), coarse.output_shape[-1])
        for layer in (layers.Dense(units, dtype="float32"), leaky("float32"))
    ]
    shrinking = [layers.Input(shape), layers.AveragePooling2D(factor)]
    return keras.Sequential([*shrinking, coarse, *hidden], name="trunk")


def stage_name(shape: Shape) -> str:
    """The name of the stage that makes images of a shape."""
    return f"stage_{shape[0]}x{shape[1]}"


def chain(coarse: keras.Model, stages: list[keras.Model]) -> keras.Model:
    """The generator of a pyramid: the smallest image, then each stage on the enlarged one before.

    Args:
        coarse: Keras model [B, width] -> the smallest images.
        stages: as `difference_stage` makes them, from the smallest to the largest.
    """
    row = layers.Input(coarse.input_shape[1:], dtype="float32")
    image = coarse(row)
    for stage in stages:
        image = stage([layers.UpSampling2D(dtype="float32")(image), row])
    return keras.Model(row, image, name="generator")
