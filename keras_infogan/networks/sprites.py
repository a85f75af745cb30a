"""InfoGAN-CR's networks for dSprites."""

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
    leaky,
    make_generator,
    upconvolution,
)
from keras_infogan.networks.discriminator import NetworkOptions

FEATURES = 128


def dsprites(
    width: int,
    parameter_count: int,
    image_shape: Shape | None = None,
    dtype: Any = None,
    **options: Any,
) -> Networks:
    """The dSprites networks of InfoGAN-CR (Lin et al. 2019, arXiv:1906.06034), at 64x64x1.

    D: conv 32, 32, 64, 64, FC 128, spectrally normalized. G: FC 128, FC H/16 W/16 64, upconv 64,
    32, 32, C. All 4x4 with stride 2, so H and W are multiples of 16. The authors' code normalizes
    Q's last layer too, has a leaky slope of 0.2, and in G batch normalization after the
    activation; these are as in our other networks.
    """
    shape = checked_shape("dsprites", image_shape or (64, 64, 1), factor=16)
    blocks = NetworkOptions(**{"discriminator_normalization": "spectral", **options})
    small = (shape[0] // 16, shape[1] // 16, blocks.scaled(64))
    with hidden_dtype(dtype):
        generator = make_generator(
            width,
            [
                *dense(blocks.scaled(FEATURES), layers.ReLU()),
                *first_maps(small),
                *upconvolution(blocks.scaled(64), leaky()),
                *upconvolution(blocks.scaled(32), leaky()),
                *upconvolution(blocks.scaled(32), leaky()),
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
