"""What `compile` and `fit` accept: optimizers by name, and callbacks that work here."""

from __future__ import annotations

from typing import Any

import keras

from keras_infogan.optimizers import FusedAdam

# The paper's Adam (Chen et al. 2016, appendix C): D and Q learn five times slower than G.
PAPER_OPTIMIZER = "infogan_adam"  # Keras takes "adam" and "Adam" for its own
PAPER_BETA_1 = 0.5
PAPER_LEARNING_RATES = {"generator_optimizer": 1e-3, "discriminator_optimizer": 2e-4}

_USE_SCHEDULE = "give the optimizers a keras.optimizers.schedules.LearningRateSchedule instead"
_UNUSABLE_CALLBACKS = {
    keras.callbacks.LearningRateScheduler: _USE_SCHEDULE,
    keras.callbacks.ReduceLROnPlateau: _USE_SCHEDULE,
    keras.callbacks.TerminateOnNaN: (
        "it watches a log named 'loss'; use keras_infogan.callbacks.StopOnNonFinite instead"
    ),
    keras.callbacks.SwapEMAWeights: (
        "it swaps the weights of a single optimizer, and this model has two"
    ),
}


def make_optimizer(name: str, identifier: Any) -> keras.optimizers.Optimizer:
    """A Keras optimizer from its name, config or object; "infogan_adam" is the paper's.

    Args:
        name: "generator_optimizer" or "discriminator_optimizer".
        identifier: the argument of `compile`.

    Raises:
        ValueError, TypeError: no such optimizer.
    """
    if identifier == PAPER_OPTIMIZER:
        return FusedAdam(PAPER_LEARNING_RATES[name], beta_1=PAPER_BETA_1)
    try:
        return keras.optimizers.get(identifier)
    except (ValueError, TypeError, KeyError) as error:  # KeyError: a config without "class_name"
        kind = TypeError if isinstance(error, TypeError) else ValueError
        raise kind(
            f"`{name}` should be {PAPER_OPTIMIZER!r}, a Keras optimizer, its name or its config. "
            f"Received: {identifier!r}"
        ) from error


def loss_scaled(optimizer: keras.optimizers.Optimizer) -> keras.optimizers.Optimizer:
    """The optimizer with its own loss scale."""
    if isinstance(optimizer, keras.optimizers.LossScaleOptimizer):
        return optimizer
    return keras.optimizers.LossScaleOptimizer(optimizer)


def check_callbacks(callbacks: Any) -> None:
    """Raises a ValueError for a Keras callback that needs a single optimizer."""
    for callback in callbacks if isinstance(callbacks, (list, tuple)) else [callbacks]:
        for kind, advice in _UNUSABLE_CALLBACKS.items():
            if isinstance(callback, kind):
                raise ValueError(
                    f"{kind.__name__} does not work with an adversarial model: {advice}."
                )
        if isinstance(callback, keras.callbacks.TensorBoard) and callback.write_steps_per_second:
            raise ValueError(
                "TensorBoard(write_steps_per_second=True) needs a single optimizer: "
                "leave it out; epochs and losses are written all the same."
            )
