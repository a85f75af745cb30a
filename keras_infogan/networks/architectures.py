"""The table of architectures, and the one function that builds any of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import keras

from keras_infogan.networks.blocks import Networks, Shape
from keras_infogan.networks.color import celeba, svhn
from keras_infogan.networks.dcgan import dcgan
from keras_infogan.networks.discriminator import NetworkOptions
from keras_infogan.networks.grayscale import chairs, faces, mnist
from keras_infogan.networks.residual import residual
from keras_infogan.networks.sprites import dsprites
from keras_infogan.networks.video import one_stream_video, two_stream_video
from keras_infogan.runtime.compat import nested_layers

ARCHITECTURES: dict[str, Callable[..., Networks]] = {
    "mnist": mnist,
    "svhn": svhn,
    "celeba": celeba,
    "faces": faces,
    "chairs": chairs,
    "dsprites": dsprites,
    "dcgan": dcgan,
    "residual": residual,
    "two_stream_video": two_stream_video,
    "one_stream_video": one_stream_video,
}


def build(
    name: str,
    width: int,
    parameter_count: int,
    image_shape: Shape | None = None,
    dtype: Any = None,
    synchronized_batch_normalization: bool = False,
    **options: Any,
) -> Networks:
    """Builds a paper's networks.

    Args:
        name: one of `ARCHITECTURES`.
        width: columns of the generator's input.
        parameter_count: columns of Q's output.
        image_shape: (H, W, C); None is the paper's own.
        dtype: Keras dtype policy of the hidden layers; None is the global one. Heads and images
            are float32 under any policy.
        synchronized_batch_normalization: whether batch normalization uses the batch of all
            replicas of a strategy. Otherwise each replica normalizes its own part of the batch.
        **options: fields of `NetworkOptions`: `discriminator_normalization`,
            `minibatch_discrimination`, `instance_noise`, `instance_noise_steps`,
            `width_multiplier`. Without a field, that part is as in the paper.

    Raises:
        ValueError: an unknown name or option, an option out of range, or an image shape that the
            architecture does not support.

    Examples:
        >>> networks = build("mnist", width=74, parameter_count=14)
        >>> networks.generator.output_shape
        (None, 28, 28, 1)
        >>> critic = build("mnist", 74, 14, discriminator_normalization="layer")
    """
    if name not in ARCHITECTURES:
        raise ValueError(
            f"The architecture should be one of {sorted(ARCHITECTURES)}. Received: {name!r}"
        )
    known = {field.name for field in dataclasses.fields(NetworkOptions)}
    if not known.issuperset(options):
        raise ValueError(
            f"The options should be some of {sorted(known)}. Received: {sorted(options)}"
        )
    networks = ARCHITECTURES[name](width, parameter_count, image_shape, dtype, **options)
    for network in vars(networks).values():
        for layer in nested_layers(network):
            if isinstance(layer, keras.layers.BatchNormalization):
                layer.synchronized = synchronized_batch_normalization
    return networks


@dataclasses.dataclass(frozen=True)
class Recipe:
    """How a model's networks are built, so that a variant can build further ones in the same way.

    Args:
        name: one of `ARCHITECTURES`.
        dtype: as for `build`.
        options: further arguments of `build`.

    Examples:
        >>> recipe = Recipe("dcgan", options={"width_multiplier": 0.1})
        >>> recipe(width=74, parameter_count=14, image_shape=(8, 8, 1)).generator.output_shape
        (None, 8, 8, 1)
        >>> recipe.scaled(64)
        6
    """

    name: str
    dtype: Any = None
    options: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def __call__(
        self, width: int, parameter_count: int, image_shape: Shape | None = None
    ) -> Networks:
        """The four networks, see `build`."""
        return build(
            self.name, width, parameter_count, image_shape, dtype=self.dtype, **self.options
        )

    def scaled(self, count: int) -> int:
        """Units or channels of a hidden layer that has `count` at full width."""
        multiplier = self.options.get("width_multiplier", 1.0)
        return NetworkOptions(width_multiplier=multiplier).scaled(count)
