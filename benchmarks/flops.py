"""Floating point operations of networks and of an update of InfoGAN, counted from their layers.

A multiplication and an addition are two. Matrix products and convolutions are counted; what
normalisation, activations, losses and optimizers add is not, as is the custom: it is little, and
no card's peak is meant for it.
"""

import math
from collections.abc import Iterator
from typing import Any

import keras


def layer_flops(layer: keras.layers.Layer) -> int:
    """Operations of one layer on one image or vector, forward.

    dense: 2 inputs outputs; convolution: 2 kernel inputs outputs H W, with kernel the product of
    its sides and H W the positions that it is applied at: of the output, or of the input where
    it is transposed.

    Raises:
        ValueError: a layer with a matrix that this does not know how to count.

    Example:

    >>> layer_flops(keras.Sequential([keras.Input([3]), keras.layers.Dense(4)]).layers[0])
    24
    """
    if isinstance(layer, keras.layers.Wrapper):
        shapes = (layer.input.shape, layer.output.shape)
        layer = layer.layer
    else:
        shapes = (layer.input.shape, layer.output.shape)
    products = math.prod(layer.kernel.shape) if hasattr(layer, "kernel") else 0
    if isinstance(layer, keras.layers.Dense):
        return 2 * products
    if isinstance(layer, keras.layers.Conv2DTranspose):
        return 2 * products * math.prod(shapes[0][1:3])
    if isinstance(layer, keras.layers.Conv2D):
        return 2 * products * math.prod(shapes[1][1:3])
    if any(len(weight.shape) > 1 for weight in layer.trainable_weights):
        raise ValueError(
            "Layers with weights should be dense or (transposed) convolutions. "
            f"Received: {layer.name!r}, {type(layer).__name__}"
        )
    return 0


def network_flops(*networks: keras.Model) -> list[int]:
    """Operations of each layer that has any, forward, in the networks' order."""
    counts = [layer_flops(layer) for network in networks for layer in _leaves(network)]
    return [count for count in counts if count]


def update_flops(model: Any) -> int:
    """Operations of one update of an InfoGAN for one image of the batch.

    With G the generator's count, R that of trunk and both heads, g and r those of their first
    layers: forward G + 2 R (real and generated images); the discriminator's gradients by weights
    2 R and by inputs 2 (R - r), which images do not need; the generator's by inputs R, through the
    readers, and 2 G - g of its own. In all 3 G - g + 7 R - 2 r.

    Args:
        model: an `InfoGAN` whose information is the variational bound, without regularizers, and
            with one update of each side in a step.
    """
    generator = network_flops(model.generator)
    readers = network_flops(
        model.trunk, model.discriminator_head, model.information.recognition_head
    )
    return 3 * sum(generator) - generator[0] + 7 * sum(readers) - 2 * readers[0]


def _leaves(network: keras.Model) -> Iterator[keras.layers.Layer]:
    for layer in network.layers:
        if isinstance(layer, keras.Model):
            yield from _leaves(layer)
        elif not isinstance(layer, keras.layers.InputLayer):
            yield layer
