"""What all architectures share: the four networks, initial weights, and the generator's blocks.

Layers before a batch normalization have no bias: its offset replaces the bias. Normalization comes
before the activation, if `normalized_last` does not change that. Images are in [0, 1], so a
generator ends in a sigmoid. It replaces the tanh of a paper; it is the same function, rescaled:
(1 + tanh(a)) / 2 = sigmoid(2 a).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import keras
from keras import layers

from keras_infogan.runtime.arguments import checked_image_shape

KERNEL_SIZE = 4
DATA_FORMAT = "channels_last"  # of images here, whatever keras.json says
INITIAL_STDDEV = 0.02
BATCH_NORMALIZATION_MOMENTUM = 0.9
NORMALIZATION_EPSILON = 1e-5
LEAKY_SLOPE = 0.1  # the paper's text; its code has 0.01
SMALLEST_SIDE = 4  # of feature maps, where an architecture's depth depends on the image

Layers = list[layers.Layer]
Shape = tuple[int, int, int]
NetworkDict = dict[str, keras.Model]  # networks, by the name of the constructor's argument


@dataclass(frozen=True)
class Networks:
    """The four networks of an InfoGAN, ready for its constructor.

    Attributes:
        generator: [B, width] -> images float32 [B, H, W, C] in [0, 1].
        trunk: images -> features, shared by the discriminator and Q.
        discriminator_head: features -> logits float32 [B, 1].
        recognition_head: features -> Q's parameters float32 [B, parameter_count].
    """

    generator: keras.Model
    trunk: keras.Model
    discriminator_head: keras.Model
    recognition_head: keras.Model


def checked_shape(name: str, image_shape: Shape, factor: int) -> Shape:
    """Checks that an architecture can reduce an image shape by `factor`, and returns the shape.

    Raises:
        ValueError: no (H, W, C), or height or width is not a multiple of `factor`, or is below
            twice `factor`.
    """
    height, width, channels = checked_image_shape("image_shape", image_shape)
    if height % factor or width % factor or min(height, width) < 2 * factor:
        raise ValueError(
            f"The architecture {name!r} makes images whose height and width are "
            f"multiples of {factor} from {2 * factor} on. "
            f"Received: image_shape={(height, width, channels)}"
        )
    return height, width, channels


def halvings(height: int, width: int) -> int:
    """How often both sides can be halved until one is odd or the shorter one too small.

    Examples:
        >>> halvings(64, 64), halvings(28, 28)
        (4, 2)
    """
    count = 0
    while not (height % 2 or width % 2) and min(height, width) >= 2 * SMALLEST_SIDE:
        height, width, count = height // 2, width // 2, count + 1
    return count


@contextmanager
def hidden_dtype(dtype: Any) -> Iterator[None]:
    """Makes a dtype policy the global one while layers are made; None changes nothing."""
    before = keras.config.dtype_policy()
    if dtype is not None:
        keras.config.set_dtype_policy(dtype)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def make_generator(width: int, hidden: Sequence[layers.Layer], channels: int) -> keras.Model:
    """A generator: latents, the hidden layers, and a last transposed convolution to images."""
    return keras.Sequential(
        [
            layers.Input([width], dtype="float32"),
            *hidden,
            layers.Conv2DTranspose(
                channels,
                KERNEL_SIZE,
                2,
                "same",
                data_format=DATA_FORMAT,
                kernel_initializer=initial_kernel(),
            ),
            layers.Activation("sigmoid", dtype="float32"),
        ],
        name="generator",
    )


def dense(units: int, activation: layers.Layer) -> Layers:
    """Fully connected, batch normalization, activation."""
    return [
        layers.Dense(units, use_bias=False, kernel_initializer=initial_kernel()),
        batch_normalization(),
        activation,
    ]


def first_maps(shape: tuple[int, ...]) -> Layers:
    """A generator's first feature maps, (H, W, C) or (T, H, W, C): a block of `dense`, reshaped."""
    return [*dense(math.prod(shape), layers.ReLU()), layers.Reshape(shape)]


def upconvolution(
    filters: int, activation: layers.Layer, strides: int = 2, normalized: bool = True
) -> Layers:
    """Transposed convolution, batch normalization if `normalized`, activation."""
    return [
        layers.Conv2DTranspose(
            filters,
            KERNEL_SIZE,
            strides,
            "same",
            data_format=DATA_FORMAT,
            use_bias=not normalized,
            kernel_initializer=initial_kernel(),
        ),
        *([batch_normalization()] if normalized else []),
        activation,
    ]


def normalized_last(block: Layers) -> Layers:
    """A block in another order: its layer with a bias, its activation, batch normalization."""
    layer, normalization, activation = block
    with_bias = type(layer).from_config({**layer.get_config(), "use_bias": True})
    return [with_bias, activation, normalization]


def tiled(row: keras.KerasTensor, size: tuple[int, int]) -> keras.KerasTensor:
    """Columns [B, K] at every pixel, [B, H, W, K]."""
    columns = int(row.shape[-1])
    repeated = layers.RepeatVector(size[0] * size[1])(row)
    return layers.Reshape((*size, columns))(repeated)


def batch_normalization() -> layers.Layer:
    """Batch normalization with the paper's momentum and epsilon."""
    return layers.BatchNormalization(
        momentum=BATCH_NORMALIZATION_MOMENTUM, epsilon=NORMALIZATION_EPSILON
    )


def leaky(dtype: Any = None) -> layers.Layer:
    """The discriminator's activation."""
    return layers.LeakyReLU(negative_slope=LEAKY_SLOPE, dtype=dtype)


def initial_kernel() -> keras.initializers.Initializer:
    """N(0, 0.02), for every kernel of every network."""
    return keras.initializers.RandomNormal(stddev=INITIAL_STDDEV)
