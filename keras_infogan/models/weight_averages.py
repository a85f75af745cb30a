"""Exponential moving averages of a network's weights."""

from __future__ import annotations

import keras


def averaged_copy(network: keras.Model) -> keras.Model:
    """A copy of a network with its own weights, which start equal to the network's."""
    copy = keras.models.clone_model(network)
    copy.set_weights(network.get_weights())
    return copy


def move_average(average: keras.Model, network: keras.Model, decay: float) -> None:
    """average <- decay average + (1 - decay) weight, batch normalization's averages too.

    Args:
        average: made by `averaged_copy`.
        network: the network whose weights are averaged.
        decay: from 0 to below 1; 0.99 averages about a hundred updates.
    """
    for kept, weight in zip(average.variables, network.variables, strict=True):
        if weight.dtype.startswith("float"):
            kept.assign_sub((1.0 - decay) * (kept - weight))
