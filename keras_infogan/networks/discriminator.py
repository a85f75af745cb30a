"""The options of an architecture, and the blocks of the trunk and the two heads."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import keras
from keras import layers

from keras_infogan.layers import InstanceNoise, MinibatchDiscrimination, SpectralNormalized
from keras_infogan.networks.blocks import (
    DATA_FORMAT,
    KERNEL_SIZE,
    NORMALIZATION_EPSILON,
    Layers,
    Networks,
    batch_normalization,
    initial_kernel,
    leaky,
)
from keras_infogan.runtime.arguments import checked_count, checked_number

NORMALIZATIONS = ("batch", "layer", "spectral", "none")
RECOGNITION_UNITS = 128
LARGEST_SEED = 2**31 - 1


@dataclass(frozen=True)
class NetworkOptions:
    """The options of an architecture; everything else is as in the paper.

    Args:
        discriminator_normalization: of trunk and heads. "batch" is that of the InfoGAN paper.
            "layer" replaces it by a normalization over all activations of an image, with a scale
            and an offset per channel. Images stay independent of each other, as gradient penalties
            need (Gulrajani et al. 2017, arXiv:1704.00028, section 4). "spectral" normalizes the
            kernel of every layer except Q's last (Miyato et al. 2018), which would limit Q's
            confidence. "none" is no normalization.
        minibatch_discrimination: number of similarities appended to the features that the
            discriminator's head reads, int >= 0; Q's head does not read them. Gradient penalties
            do not allow it. The logit of an image then depends on its batch, in inference too.
        instance_noise: standard deviation of the noise on the trunk's input in training, >= 0,
            in units of images in [0, 1].
        instance_noise_steps: training steps until that noise is gone, int >= 0; 0 keeps the noise.
        width_multiplier: factor > 0 for the units and channels of every hidden layer; results are
            rounded, to at least 1 (Howard et al. 2017, arXiv:1704.04861, section 3.3). At 0.5 a
            layer has a quarter of the paper's multiplications.

    Raises:
        ValueError: a field out of range, or `instance_noise_steps` without noise.

    Examples:
        >>> options = NetworkOptions("spectral", instance_noise=0.1, instance_noise_steps=5000)
        >>> options.width_multiplier
        1.0
    """

    discriminator_normalization: str = "batch"
    minibatch_discrimination: int = 0
    instance_noise: float = 0.0
    instance_noise_steps: int = 0
    width_multiplier: float = 1.0

    def __post_init__(self) -> None:
        if self.discriminator_normalization not in NORMALIZATIONS:
            raise ValueError(
                f"`discriminator_normalization` should be one of {NORMALIZATIONS}. "
                f"Received: {self.discriminator_normalization!r}"
            )
        for name in ("minibatch_discrimination", "instance_noise_steps"):
            checked_count(name, getattr(self, name), 0)
        checked_number("instance_noise", self.instance_noise, least=0)
        checked_number("width_multiplier", self.width_multiplier, above=0)
        if self.instance_noise_steps and not self.instance_noise:
            raise ValueError(
                "`instance_noise_steps` needs `instance_noise` above 0. "
                f"Received: instance_noise_steps={self.instance_noise_steps}, instance_noise=0"
            )

    def scaled(self, count: int) -> int:
        """Units or channels of a hidden layer that has `count` in the paper."""
        return max(1, round(count * self.width_multiplier))

    def convolution(
        self,
        filters: int,
        strides: int = 2,
        normalized: bool = True,
        layer: type[layers.Layer] = layers.Conv2D,
    ) -> Layers:
        """Convolution, normalization, leaky ReLU.

        Args:
            filters: int, before the width multiplier.
            strides: int.
            normalized: False leaves out batch and layer normalization, as papers do in the layer
                that reads the images; spectral normalization stays.
            layer: Conv2D, or Conv3D for videos.
        """
        normalization = self._normalization() if normalized else []
        convolution = layer(
            self.scaled(filters),
            KERNEL_SIZE,
            strides,
            "same",
            data_format=DATA_FORMAT,
            use_bias=not normalization,
            kernel_initializer=initial_kernel(),
        )
        return [self._reparameterized(convolution), *normalization, leaky()]

    def dense(self, units: int) -> Layers:
        """Fully connected, normalization, leaky ReLU; `units` is before the width multiplier."""
        normalization = self._normalization()
        dense = layers.Dense(
            self.scaled(units), use_bias=not normalization, kernel_initializer=initial_kernel()
        )
        return [self._reparameterized(dense), *normalization, leaky()]

    def assemble(
        self,
        generator: keras.Model,
        image_shape: tuple[int, ...],
        hidden: Sequence[layers.Layer],
        parameter_count: int,
    ) -> Networks:
        """The four networks, given the generator and the trunk's layers up to its features."""
        trunk = keras.Sequential(
            [layers.Input(image_shape, dtype="float32"), *self._noise(), *hidden], name="trunk"
        )
        features = trunk.output_shape[-1]
        recognition_head = self._recognition_head(features, parameter_count)
        return Networks(generator, trunk, self._discriminator_head(features), recognition_head)

    def _discriminator_head(self, features: int) -> keras.Model:
        count = self.minibatch_discrimination
        comparison = (
            [MinibatchDiscrimination(count, kernel_initializer=initial_kernel(), dtype="float32")]
            if count
            else []
        )
        return keras.Sequential(
            [layers.Input([features]), *comparison, self._reparameterized(_float32_dense(1))],
            name="discriminator_head",
        )

    def _recognition_head(self, features: int, parameter_count: int) -> keras.Model:
        if parameter_count == 0:  # no codes: no weights and no columns
            inputs = layers.Input([features], dtype="float32")
            return keras.Model(inputs, inputs[:, :0], name="recognition_head")
        return keras.Sequential(
            [
                layers.Input([features]),
                *self.dense(RECOGNITION_UNITS),
                _float32_dense(parameter_count),
            ],
            name="recognition_head",
        )

    def _normalization(self) -> Layers:
        if self.discriminator_normalization == "batch":
            return [batch_normalization()]
        if self.discriminator_normalization == "layer":
            return [layers.GroupNormalization(groups=1, epsilon=NORMALIZATION_EPSILON)]
        return []

    def _reparameterized(self, layer: layers.Layer) -> layers.Layer:
        spectral = self.discriminator_normalization == "spectral"
        return SpectralNormalized(layer) if spectral else layer

    def _noise(self) -> Layers:
        if not self.instance_noise:
            return []
        # Keras's layers draw their seeds from Python's generator too (keras.utils.set_random_seed).
        seed = random.randint(1, LARGEST_SEED)
        return [
            InstanceNoise(self.instance_noise, self.instance_noise_steps, seed, dtype="float32")
        ]


def _float32_dense(units: int) -> layers.Layer:
    return layers.Dense(units, kernel_initializer=initial_kernel(), dtype="float32")
