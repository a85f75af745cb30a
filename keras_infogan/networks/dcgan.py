"""DCGAN's networks (Radford et al. 2016), for images of almost any size, gray or in color."""

from __future__ import annotations

from typing import Any

from keras import layers

from keras_infogan.networks.blocks import (
    DATA_FORMAT,
    Networks,
    Shape,
    checked_shape,
    first_maps,
    halvings,
    hidden_dtype,
    make_generator,
    upconvolution,
)
from keras_infogan.networks.discriminator import NetworkOptions

OUTERMOST_MAPS = 64
MOST_MAPS = 512


def dcgan(
    width: int,
    parameter_count: int,
    image_shape: Shape | None = None,
    dtype: Any = None,
    **options: Any,
) -> Networks:
    """DCGAN's networks (Radford et al. 2016, arXiv:1511.06434, figure 1), at 64x64x3.

    D: conv 64, 128, 256, 512, and the heads on these feature maps. G: FC H/16 W/16 512, upconv 256,
    128, 64, C, half as wide as the paper's. All 4x4 with stride 2. The number of convolutions
    depends on the image: its sides are halved while both are even and neither falls below 4. So a
    32x32 image takes three and a 128x128 image five, with at most 512 channels. H and W are
    multiples of 4. D's slope and the momentum of batch normalization are those of our other
    networks.
    """
    shape = checked_shape("dcgan", image_shape or (64, 64, 3), factor=4)
    blocks = NetworkOptions(**options)
    count = halvings(*shape[:2])
    filters = [min(OUTERMOST_MAPS * 2**k, MOST_MAPS) for k in range(count)]
    *outer, innermost = filters
    small = (shape[0] // 2**count, shape[1] // 2**count, blocks.scaled(innermost))
    with hidden_dtype(dtype):
        hidden: list[layers.Layer] = first_maps(small)
        for maps in reversed(outer):
            hidden += upconvolution(blocks.scaled(maps), layers.ReLU())
        generator = make_generator(width, hidden, shape[2])
        trunk = blocks.convolution(filters[0], normalized=False)
        for maps in filters[1:]:
            trunk += blocks.convolution(maps)
        trunk.append(layers.Flatten(DATA_FORMAT))
        return blocks.assemble(generator, shape, trunk, parameter_count)
