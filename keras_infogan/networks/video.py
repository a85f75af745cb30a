"""Networks of videos [T, H, W, C]: spatio-temporal convolutions, in one stream or in two."""

from __future__ import annotations

from typing import Any

import keras
from keras import layers

from keras_infogan.networks.blocks import (
    DATA_FORMAT,
    KERNEL_SIZE,
    Layers,
    Networks,
    batch_normalization,
    first_maps,
    hidden_dtype,
    initial_kernel,
    make_generator,
    upconvolution,
)
from keras_infogan.networks.discriminator import NetworkOptions
from keras_infogan.runtime.arguments import checked_image_or_video_shape

SHAPE = (16, 32, 32, 1)
REDUCTION = 8  # three halvings of each axis
MAPS = (128, 64, 32)  # of G's streams, from the innermost on; the trunk's are the reverse

VideoShape = tuple[int, ...]


def two_stream_video(
    width: int,
    parameter_count: int,
    image_shape: VideoShape | None = None,
    dtype: Any = None,
    **options: Any,
) -> Networks:
    """The two streams of Vondrick et al. 2016 (arXiv:1609.02612, figure 1), for small videos.

    The foreground stream is FC T/8 H/8 W/8 128, then 3-D upconv 64, 32, of which one layer makes
    the foreground f and one the mask m; the background stream is a generator of still images b. A
    video is m f + (1 - m) b. D: 3-D conv 32, 64, 128, and the heads on these maps. All kernels have
    sides of 4 and stride 2. The paper's videos have 32 frames of 64 x 64 pixels.

    `generator.get_layer("streams")` gives f, m and b.
    """
    return _networks(width, parameter_count, image_shape, dtype, _two_streams, options)


def one_stream_video(
    width: int,
    parameter_count: int,
    image_shape: VideoShape | None = None,
    dtype: Any = None,
    **options: Any,
) -> Networks:
    """The one-stream generator of the same paper: `two_stream_video` without mask and background.

    Its stream has as many maps.
    """
    return _networks(width, parameter_count, image_shape, dtype, _one_stream, options)


def composed(foreground: Any, mask: Any, background: Any) -> Any:
    """m f + (1 - m) b: videos [B, T, H, W, C] of a foreground, a mask and images [B, H, W, C]."""
    return mask * foreground + (1.0 - mask) * keras.ops.expand_dims(background, 1)


def _networks(
    width: int,
    parameter_count: int,
    image_shape: VideoShape | None,
    dtype: Any,
    make: Any,
    options: dict[str, Any],
) -> Networks:
    shape = _checked_shape(image_shape or SHAPE)
    blocks = NetworkOptions(**options)
    with hidden_dtype(dtype):
        generator = make(width, shape, blocks)
        trunk: Layers = []
        for filters in reversed(MAPS):
            normalized = filters != MAPS[-1]
            trunk += blocks.convolution(filters, normalized=normalized, layer=layers.Conv3D)
        trunk.append(layers.Flatten(DATA_FORMAT))
        return blocks.assemble(generator, shape, trunk, parameter_count)


def _checked_shape(shape: VideoShape) -> VideoShape:
    shape = checked_image_or_video_shape("image_shape", shape)
    if len(shape) != 4 or any(side % REDUCTION for side in shape[:3]):
        raise ValueError(
            f"Videos should have shape (T, H, W, C), with T, H and W multiples of {REDUCTION}. "
            f"Received: image_shape={shape}"
        )
    return shape


def _one_stream(width: int, shape: VideoShape, blocks: NetworkOptions) -> keras.Model:
    return keras.Sequential(
        [
            layers.Input([width], dtype="float32"),
            *_stream(shape, blocks),
            *_last(shape[-1]),
        ],
        name="generator",
    )


def _two_streams(width: int, shape: VideoShape, blocks: NetworkOptions) -> keras.Model:
    row = layers.Input([width], dtype="float32")
    maps = row
    for layer in _stream(shape, blocks):
        maps = layer(maps)
    foreground, mask = (keras.Sequential(_last(count))(maps) for count in (shape[-1], 1))
    small = (shape[1] // REDUCTION, shape[2] // REDUCTION, blocks.scaled(MAPS[0]))
    still: Layers = first_maps(small)
    for filters in MAPS[1:]:
        still += upconvolution(blocks.scaled(filters), layers.ReLU())
    background = make_generator(width, still, shape[-1])(row)
    streams = keras.Model(row, [foreground, mask, background], name="streams")
    return keras.Model(row, composed(*streams(row)), name="generator")


def _stream(shape: VideoShape, blocks: NetworkOptions) -> Layers:
    """The layers up to half of the video's size."""
    first, *others = (blocks.scaled(filters) for filters in MAPS)
    hidden = first_maps((*(side // REDUCTION for side in shape[:3]), first))
    for filters in others:
        hidden += [_upconvolution_3d(filters, use_bias=False), batch_normalization(), layers.ReLU()]
    return hidden


def _last(channels: int) -> Layers:
    return [_upconvolution_3d(channels), layers.Activation("sigmoid", dtype="float32")]


def _upconvolution_3d(filters: int, use_bias: bool = True) -> layers.Layer:
    return layers.Conv3DTranspose(
        filters,
        KERNEL_SIZE,
        2,
        "same",
        data_format=DATA_FORMAT,
        use_bias=use_bias,
        kernel_initializer=initial_kernel(),
    )
