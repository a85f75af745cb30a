"""InfoGAN's networks for color images: SVHN and CelebA (Chen et al. 2016, appendix C)."""

from __future__ import annotations

from typing import Any

from keras import layers

from keras_infogan.networks.blocks import (
    DATA_FORMAT,
    Networks,
    Shape,
    checked_shape,
    first_maps,
    hidden_dtype,
    make_generator,
    upconvolution,
)
from keras_infogan.networks.discriminator import NetworkOptions

SMALLEST_MAPS = 448


def svhn(
    width: int,
    parameter_count: int,
    image_shape: Shape | None = None,
    dtype: Any = None,
    **options: Any,
) -> Networks:
    """The SVHN networks of InfoGAN (Chen et al. 2016, appendix C.2), at 32x32x3.

    D: conv 64, 128, 256, and the heads on these feature maps. G: FC H/16 W/16 448, upconv 256, 128,
    64, C, batch normalization after the first two only. All 4x4 with stride 2, so H and W are
    multiples of 16. The paper's tanh is a sigmoid here, since images are in [0, 1].
    """
    shape = checked_shape("svhn", image_shape or (32, 32, 3), factor=16)
    return _of_four_strides(width, parameter_count, shape, dtype, NetworkOptions(**options))


def celeba(
    width: int,
    parameter_count: int,
    image_shape: Shape | None = None,
    dtype: Any = None,
    **options: Any,
) -> Networks:
    """The CelebA networks of InfoGAN (Chen et al. 2016, appendix C.3): SVHN's, at 32x32x3."""
    shape = checked_shape("celeba", image_shape or (32, 32, 3), factor=16)
    return _of_four_strides(width, parameter_count, shape, dtype, NetworkOptions(**options))


def _of_four_strides(
    width: int, parameter_count: int, shape: Shape, dtype: Any, blocks: NetworkOptions
) -> Networks:
    small = (shape[0] // 16, shape[1] // 16, blocks.scaled(SMALLEST_MAPS))
    with hidden_dtype(dtype):
        generator = make_generator(
            width,
            [
                *first_maps(small),
                *upconvolution(blocks.scaled(256), layers.ReLU()),
                *upconvolution(blocks.scaled(128), layers.ReLU(), normalized=False),
                *upconvolution(blocks.scaled(64), layers.ReLU(), normalized=False),
            ],
            shape[2],
        )
        hidden = [
            *blocks.convolution(64, normalized=False),
            *blocks.convolution(128),
            *blocks.convolution(256),
            layers.Flatten(DATA_FORMAT),
        ]
        return blocks.assemble(generator, shape, hidden, parameter_count)
