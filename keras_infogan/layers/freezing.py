"""State that layers change when they run in training mode, and how to freeze it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
import tensorflow as tf

from keras_infogan.layers.instance_noise import InstanceNoise
from keras_infogan.layers.spectral_normalized import SpectralNormalized
from keras_infogan.runtime.compat import nested_layers

# How each kind of layer is frozen: an attribute, and its value while the layer is frozen.
_HELD: dict[Any, tuple[str, Any]] = {
    keras.layers.BatchNormalization: ("momentum", 1.0),
    SpectralNormalized: ("power_iterations", 0),
    InstanceNoise: ("steps_per_call", 0),
}


@contextmanager
def frozen_statistics(*networks: keras.layers.Layer) -> Iterator[None]:
    """Lets networks run in training mode without a change of their statistics.

    In inference the discriminator's side mostly reads real images. So the averages of its batch
    normalization should be those of real images, not a mix with generated and augmented images.
    A momentum of 1 freezes Keras's layer: moving <- momentum moving + (1 - momentum) batch. The
    power iterations of `SpectralNormalized` and the steps of `InstanceNoise` pause too: there
    should be one of each per training step, for any number of batches that the discriminator reads.

    Args:
        networks: layers or models, searched for `keras.layers.BatchNormalization`,
            `SpectralNormalized` and `InstanceNoise`.

    Examples:
        >>> layer = keras.layers.BatchNormalization()
        >>> layer.build([None, 1])
        >>> with frozen_statistics(layer):
        ...     outputs = layer(tf.constant([[1.0], [3.0]]), training=True)
        >>> outputs.numpy().round(2).tolist(), layer.moving_mean.numpy().tolist()
        ([[-1.0], [1.0]], [0.0])
    """
    held = [
        (layer, attribute, value)
        for network in networks
        for layer in nested_layers(network)
        for kind, (attribute, value) in _HELD.items()
        if isinstance(layer, kind)
    ]
    kept = [getattr(layer, attribute) for layer, attribute, _ in held]
    for layer, attribute, value in held:
        setattr(layer, attribute, value)
    try:
        yield
    finally:
        for (layer, attribute, _), before in zip(held, kept, strict=True):
            setattr(layer, attribute, before)


def seed_states(*layers: keras.layers.Layer) -> list[tf.Variable]:
    """States of the seed generators in layers, which Keras neither tracks nor saves.

    Args:
        layers: layers or models; the layers inside them are searched too.

    Returns:
        Variables, uint32 [2] each, in the order of the layers.
    """
    return [
        generator.state.value
        for outer in layers
        for layer in nested_layers(outer)
        for generator in vars(layer).values()
        if isinstance(generator, keras.random.SeedGenerator)
    ]


@contextmanager
def frozen_seeds(*layers: keras.layers.Layer) -> Iterator[None]:
    """Lets random layers draw without a change of their seeds: later draws stay the same.

    Examples:
        >>> augmentation = keras.layers.RandomTranslation(0.2, 0.2)
        >>> with frozen_seeds(augmentation):
        ...     first = augmentation(images, training=True)
        >>> second = augmentation(images, training=True)
        >>> bool(tf.reduce_all(first == second))
        True
    """
    kept = [(state, tf.identity(state)) for state in seed_states(*layers)]
    yield
    for state, value in kept:
        state.assign(value)
