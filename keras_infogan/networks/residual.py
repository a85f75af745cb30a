"""Residual networks without normalization, for images of almost any size, gray or in color."""

from __future__ import annotations

import math
from typing import Any

import keras
from keras import layers

from keras_infogan.layers import ResidualBlock, UnitRange
from keras_infogan.networks.blocks import (
    DATA_FORMAT,
    KERNEL_SIZE,
    Layers,
    Networks,
    Shape,
    checked_shape,
    halvings,
    hidden_dtype,
    leaky,
)
from keras_infogan.networks.discriminator import NetworkOptions

OUTERMOST_MAPS = 32
MOST_MAPS = 256


def residual(
    width: int,
    parameter_count: int,
    image_shape: Shape | None = None,
    dtype: Any = None,
    **options: Any,
) -> Networks:
    """Residual networks after R3GAN (Huang et al. 2024, arXiv:2501.05441), at 64x64x3.

    There is no normalization, so an image is read alike in training and in inference, alone or in a
    batch. Train them with `RelativisticPairing`, `R1` and `R2`, as R3GAN is, or with another
    objective and a gradient penalty.

    D: conv 32 of 4x4 and stride 2, then per resolution a `ResidualBlock` and, before the next,
    a mean of 2x2 and a conv of 1x1 to twice the channels: 32, 64, 128, 256. The heads read the
    last maps. G: FC H/16 W/16 256, the same blocks with conv 1x1 and nearest upsampling between
    them, and upsampling and conv C of 3x3, whose output is linear (see `UnitRange`).

    As in `dcgan`, the number of resolutions depends on the image's size. R3GAN has more blocks,
    with bottlenecks and grouped convolutions, and filters images before it changes their size;
    these networks are smaller, for training on CPUs.

    Raises:
        ValueError: a normalization.
    """
    shape = checked_shape("residual", image_shape or (64, 64, 3), factor=4)
    blocks = NetworkOptions(**{"discriminator_normalization": "none", **options})
    if blocks.discriminator_normalization != "none":
        raise ValueError(
            "The architecture 'residual' should have discriminator_normalization='none'. "
            f"Received: {blocks.discriminator_normalization!r}"
        )
    count = halvings(*shape[:2])
    filters = [blocks.scaled(min(OUTERMOST_MAPS * 2**k, MOST_MAPS)) for k in range(count)]
    small = (shape[0] // 2**count, shape[1] // 2**count, filters[-1])
    with hidden_dtype(dtype):
        generator = keras.Sequential(
            [
                layers.Input([width], dtype="float32"),
                *_generator_layers(small, filters, shape[2]),
            ],
            name="generator",
        )
        return blocks.assemble(generator, shape, _trunk_layers(filters), parameter_count)


def _generator_layers(small: Shape, filters: list[int], image_channels: int) -> Layers:
    hidden: Layers = [
        layers.Dense(math.prod(small), kernel_initializer=_initial_kernel()),
        layers.Reshape(small),
        ResidualBlock(filters[-1]),
    ]
    for channels in reversed(filters[:-1]):
        hidden += [
            _convolution(channels, 1),
            layers.UpSampling2D(data_format=DATA_FORMAT),
            ResidualBlock(channels),
        ]
    return [
        *hidden,
        leaky(),
        layers.UpSampling2D(data_format=DATA_FORMAT),
        _convolution(image_channels, 3),
        UnitRange(),
    ]


def _trunk_layers(filters: list[int]) -> Layers:
    hidden: Layers = [
        layers.Rescaling(2.0, -1.0, dtype="float32"),  # images in [-1, 1]
        _convolution(filters[0], KERNEL_SIZE, strides=2),
        ResidualBlock(filters[0]),
    ]
    for channels in filters[1:]:
        hidden += [
            layers.AveragePooling2D(2, data_format=DATA_FORMAT),
            _convolution(channels, 1),
            ResidualBlock(channels),
        ]
    return [*hidden, leaky(), layers.Flatten(DATA_FORMAT)]


def _convolution(filters: int, size: int, strides: int = 1) -> layers.Layer:
    return layers.Conv2D(
        filters,
        size,
        strides,
        "same",
        data_format=DATA_FORMAT,
        kernel_initializer=_initial_kernel(),
    )


def _initial_kernel() -> keras.initializers.Initializer:
    """Keeps the variance of its input, as nothing normalizes it."""
    return keras.initializers.VarianceScaling(1.0)
