"""The architectures of the papers, by name: generator, shared trunk, and its two heads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
from keras import layers

INITIAL_STDDEV = 0.02
BATCH_NORMALIZATION_MOMENTUM = 0.9
BATCH_NORMALIZATION_EPSILON = 1e-5
LEAKY_SLOPE = 0.1  # the paper's text; its code has 0.01
MNIST_FEATURES = 1024
MNIST_RECOGNITION_UNITS = 128

Shape = tuple[int, int, int]


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


def build(
    name: str, width: int, parameter_count: int, image_shape: Shape | None = None, dtype: Any = None
) -> Networks:
    """Builds a paper's networks.

    Args:
        name: one of `ARCHITECTURES`.
        width: columns of the generator's input.
        parameter_count: columns of Q's output.
        image_shape: (H, W, C); None is the paper's own.
        dtype: Keras dtype policy of the hidden layers; None is the global one. Heads and images
            are float32 under any policy.

    Raises:
        ValueError: an unknown name, or an image shape that the architecture cannot make.

    Example:

    >>> networks = build("mnist", width=74, parameter_count=14)
    >>> networks.generator.output_shape   # (None, 28, 28, 1)
    """
    if name not in ARCHITECTURES:
        raise ValueError(
            f"The architecture should be one of {sorted(ARCHITECTURES)}. Received: {name!r}"
        )
    return ARCHITECTURES[name](width, parameter_count, image_shape, dtype)


def mnist(
    width: int, parameter_count: int, image_shape: Shape | None = None, dtype: Any = None
) -> Networks:
    """The MNIST networks of InfoGAN (Chen et al. 2016, appendix C.1).

    Two strided convolutions down and two transposed ones up, so H and W are multiples of 4.
    Layers before a batch normalisation have no bias: its offset does that work.
    """
    height, image_width, channels = image_shape or (28, 28, 1)
    if height % 4 or image_width % 4 or min(height, image_width) < 8:
        raise ValueError(
            "The architecture 'mnist' makes images whose height and width are "
            "multiples of 4 from 8 on. "
            f"Received: image_shape={(height, image_width, channels)}"
        )
    small = (height // 4, image_width // 4, 128)
    with _hidden_dtype(dtype):
        generator = keras.Sequential(
            [
                layers.Input([width], dtype="float32"),
                *_dense(MNIST_FEATURES, layers.ReLU()),
                *_dense(small[0] * small[1] * small[2], layers.ReLU()),
                layers.Reshape(small),
                *_upconvolution(64, layers.ReLU()),
                layers.Conv2DTranspose(channels, 4, 2, "same", kernel_initializer=_initial()),
                layers.Activation("sigmoid", dtype="float32"),
            ],
            name="generator",
        )
        trunk = keras.Sequential(
            [
                layers.Input([height, image_width, channels], dtype="float32"),
                layers.Conv2D(64, 4, 2, "same", kernel_initializer=_initial()),
                _leaky(),
                layers.Conv2D(128, 4, 2, "same", use_bias=False, kernel_initializer=_initial()),
                _normalization(),
                _leaky(),
                layers.Flatten(),
                *_dense(MNIST_FEATURES, _leaky()),
            ],
            name="trunk",
        )
        recognition_head = (
            keras.Sequential(
                [
                    layers.Input([MNIST_FEATURES]),
                    *_dense(MNIST_RECOGNITION_UNITS, _leaky()),
                    _float32_dense(parameter_count),
                ],
                name="recognition_head",
            )
            if parameter_count
            else _no_recognition_head()
        )
        discriminator_head = keras.Sequential(
            [layers.Input([MNIST_FEATURES]), _float32_dense(1)], name="discriminator_head"
        )
    return Networks(generator, trunk, discriminator_head, recognition_head)


ARCHITECTURES: dict[str, Callable[..., Networks]] = {"mnist": mnist}


class _hidden_dtype:
    """The global dtype policy, for as long as a network's layers are made."""

    def __init__(self, dtype: Any):
        self._policy = dtype

    def __enter__(self) -> None:
        self._before = keras.config.dtype_policy()
        if self._policy is not None:
            keras.config.set_dtype_policy(self._policy)

    def __exit__(self, *exception: object) -> None:
        keras.config.set_dtype_policy(self._before)


def _dense(units: int, activation: layers.Layer) -> list[layers.Layer]:
    return [
        layers.Dense(units, use_bias=False, kernel_initializer=_initial()),
        _normalization(),
        activation,
    ]


def _upconvolution(filters: int, activation: layers.Layer) -> list[layers.Layer]:
    return [
        layers.Conv2DTranspose(
            filters, 4, 2, "same", use_bias=False, kernel_initializer=_initial()
        ),
        _normalization(),
        activation,
    ]


def _float32_dense(units: int) -> layers.Layer:
    return layers.Dense(units, kernel_initializer=_initial(), dtype="float32")


def _no_recognition_head() -> keras.Model:
    """Q where there are no codes to read: no weights and no columns."""
    features = layers.Input([MNIST_FEATURES], dtype="float32")
    return keras.Model(features, features[:, :0], name="recognition_head")


def _normalization() -> layers.Layer:
    return layers.BatchNormalization(
        momentum=BATCH_NORMALIZATION_MOMENTUM, epsilon=BATCH_NORMALIZATION_EPSILON
    )


def _leaky() -> layers.Layer:
    return layers.LeakyReLU(negative_slope=LEAKY_SLOPE)


def _initial() -> keras.initializers.Initializer:
    return keras.initializers.RandomNormal(stddev=INITIAL_STDDEV)
