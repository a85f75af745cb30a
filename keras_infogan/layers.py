"""What Keras's layers lack."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import keras


@contextmanager
def held_statistics(*networks: keras.layers.Layer) -> Iterator[None]:
    """Lets networks run in training mode without moving their batch normalisation's averages.

    In inference the discriminator's side mostly reads real images, so the averages should be
    those of real images, not a blend with generated and augmented ones. A momentum of 1 is what
    holds Keras's layer still: moving <- momentum moving + (1 - momentum) batch.

    Args:
        networks: layers or models, searched for `keras.layers.BatchNormalization`.

    Example:

    >>> with held_statistics(trunk):
    ...     features = trunk(generated_images, training=True)
    """
    normalizations = [
        layer
        for network in networks
        for layer in network._flatten_layers()
        if isinstance(layer, keras.layers.BatchNormalization)
    ]
    momenta = [layer.momentum for layer in normalizations]
    for layer in normalizations:
        layer.momentum = 1.0
    try:
        yield
    finally:
        for layer, momentum in zip(normalizations, momenta, strict=True):
            layer.momentum = momentum
