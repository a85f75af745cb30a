"""InfoGAN-CR's networks for dSprites."""

from __future__ import annotations

import math
from typing import Any

from keras import layers

from keras_infogan.networks.blocks import (
    DATA_FORMAT,
    Networks,
    Shape,
    checked_shape,
    dense,
    hidden_dtype,
    make_generator,
    normalized_last,
    upconvolution,
)
from keras_infogan.networks.discriminator import NetworkOptions

FEATURES = 128
LEAKY_SLOPE = 0.2  # in the generator


def dsprites(
    width: int,
    parameter_count: int,
    image_shape: Shape | None = None,
    dtype: Any = None,
    **options: Any,
) -> Networks:
    """The dSprites networks of InfoGAN-CR (Lin et al. 2019, arXiv:1906.06034), at 64x64x1.

    D: conv 32, 32, 64, 64, FC 128, spectrally normalized. G: FC 128, FC H/16 W/16 64, upconv 64,
    32, 32, C. All 4x4 with stride 2, so H and W are multiples of 16. As in the authors' code, G has
    a bias, the activation, and then batch normalization: with the normalization first, its images
    do not depend on the latents for some hundred updates. The authors' code normalizes Q's last
    layer too, and its D has a leaky slope of 0.2; these are as in our other networks.
    """
    shape = checked_shape("dsprites", image_shape or (64, 64, 1), factor=16)
    blocks = NetworkOptions(**{"discriminator_normalization": "spectral", **options})
    small = (shape[0] // 16, shape[1] // 16, blocks.scaled(64))
    with hidden_dtype(dtype):
        generator = make_generator(
            width,
            [
                *normalized_last(dense(blocks.scaled(FEATURES), layers.ReLU())),
                *normalized_last(dense(math.prod(small), layers.ReLU())),
                layers.Reshape(small),
                *normalized_last(upconvolution(blocks.scaled(64), _leaky())),
                *normalized_last(upconvolution(blocks.scaled(32), _leaky())),
                *normalized_last(upconvolution(blocks.scaled(32), _leaky())),
            ],
            shape[2],
        )
        hidden = [
            *blocks.convolution(32),
            *blocks.convolution(32),
            *blocks.convolution(64),
            *blocks.convolution(64),
            layers.Flatten(DATA_FORMAT),
            *blocks.dense(FEATURES),
        ]
        return blocks.assemble(generator, shape, hidden, parameter_count)


def _leaky() -> layers.Layer:
    return layers.LeakyReLU(negative_slope=LEAKY_SLOPE)
