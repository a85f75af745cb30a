"""InfoGAN's networks for gray images: MNIST, faces and chairs (Chen et al. 2016, appendix C)."""

from __future__ import annotations

from typing import Any

from keras import layers

from keras_infogan.networks.blocks import (
    DATA_FORMAT,
    Networks,
    Shape,
    checked_shape,
    dense,
    first_maps,
    hidden_dtype,
    make_generator,
    upconvolution,
)
from keras_infogan.networks.discriminator import NetworkOptions

FEATURES = 1024


def mnist(
    width: int,
    parameter_count: int,
    image_shape: Shape | None = None,
    dtype: Any = None,
    **options: Any,
) -> Networks:
    """The MNIST networks of InfoGAN (Chen et al. 2016, appendix C.1).

    D: conv 64, conv 128, FC 1024. G: FC 1024, FC H/4 W/4 128, upconv 64, upconv C. All 4x4 with
    stride 2, so H and W are multiples of 4.
    """
    shape = checked_shape("mnist", image_shape or (28, 28, 1), factor=4)
    return _of_two_strides(width, parameter_count, shape, dtype, NetworkOptions(**options))


def faces(
    width: int,
    parameter_count: int,
    image_shape: Shape | None = None,
    dtype: Any = None,
    **options: Any,
) -> Networks:
    """The faces networks of InfoGAN (Chen et al. 2016, appendix C.4): MNIST's, at 32x32x1."""
    shape = checked_shape("faces", image_shape or (32, 32, 1), factor=4)
    return _of_two_strides(width, parameter_count, shape, dtype, NetworkOptions(**options))


def chairs(
    width: int,
    parameter_count: int,
    image_shape: Shape | None = None,
    dtype: Any = None,
    **options: Any,
) -> Networks:
    """The chairs networks of InfoGAN (Chen et al. 2016, appendix C.5), at 64x64x1.

    D: conv 64, 128 and 256 of stride 2, conv 256 twice of stride 1, FC 1024. G: FC 1024,
    FC H/8 W/8 256, upconv 256 twice of stride 1, then 128, 64 and C of stride 2. All 4x4;
    H and W are multiples of 8.
    """
    shape = checked_shape("chairs", image_shape or (64, 64, 1), factor=8)
    blocks = NetworkOptions(**options)
    small = (shape[0] // 8, shape[1] // 8, blocks.scaled(256))
    with hidden_dtype(dtype):
        generator = make_generator(
            width,
            [
                *dense(blocks.scaled(FEATURES), layers.ReLU()),
                *first_maps(small),
                *upconvolution(blocks.scaled(256), layers.ReLU(), strides=1),
                *upconvolution(blocks.scaled(256), layers.ReLU(), strides=1),
                *upconvolution(blocks.scaled(128), layers.ReLU()),
                *upconvolution(blocks.scaled(64), layers.ReLU()),
            ],
            shape[2],
        )
        hidden = [
            *blocks.convolution(64, normalized=False),
            *blocks.convolution(128),
            *blocks.convolution(256),
            *blocks.convolution(256, strides=1),
            *blocks.convolution(256, strides=1),
            layers.Flatten(DATA_FORMAT),
            *blocks.dense(FEATURES),
        ]
        return blocks.assemble(generator, shape, hidden, parameter_count)


def _of_two_strides(
    width: int, parameter_count: int, shape: Shape, dtype: Any, blocks: NetworkOptions
) -> Networks:
    small = (shape[0] // 4, shape[1] // 4, blocks.scaled(128))
    with hidden_dtype(dtype):
        generator = make_generator(
            width,
            [
                *dense(blocks.scaled(FEATURES), layers.ReLU()),
                *first_maps(small),
                *upconvolution(blocks.scaled(64), layers.ReLU()),
            ],
            shape[2],
        )
        hidden = [
            *blocks.convolution(64, normalized=False),
            *blocks.convolution(128),
            layers.Flatten(DATA_FORMAT),
            *blocks.dense(FEATURES),
        ]
        return blocks.assemble(generator, shape, hidden, parameter_count)
