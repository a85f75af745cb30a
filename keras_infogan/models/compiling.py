"""What `compile` and `fit` accept: optimizers by name, and callbacks that work here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras

from keras_infogan.models.saving import check_filepath
from keras_infogan.optimizers import FusedAdam
from keras_infogan.runtime.arguments import checked_count, checked_number

# The paper's Adam (Chen et al. 2016, appendix C): D and Q learn five times slower than G. The name
# is not "adam", which Keras reads in any case as its own Adam.
PAPER_ADAM = "infogan_adam"
PAPER_BETA_1 = 0.5
PAPER_LEARNING_RATES = {"generator_optimizer": 1e-3, "discriminator_optimizer": 2e-4}

_USE_SCHEDULE = "give the optimizers a keras.optimizers.schedules.LearningRateSchedule instead"
# Arguments of `fit`, `evaluate` and `predict`.
_COUNTS = (
    "batch_size",
    "steps_per_epoch",
    "steps",
    "validation_batch_size",
    "validation_steps",
)
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
    if isinstance(identifier, str) and identifier.lower() == PAPER_ADAM:
        return FusedAdam(PAPER_LEARNING_RATES[name], beta_1=PAPER_BETA_1)
    problem = (
        f'`{name}` should be a Keras optimizer, its name or its config, or "{PAPER_ADAM}". '
        f"Received: {identifier!r}"
    )
    try:
        optimizer = keras.optimizers.get(identifier)
    except KeyError as error:  # a config without its class_name
        raise ValueError(problem) from error
    except (ValueError, TypeError) as error:
        raise type(error)(problem) from error
    if optimizer is None:
        raise ValueError(problem)
    return optimizer


def loss_scaled(optimizer: keras.optimizers.Optimizer) -> keras.optimizers.Optimizer:
    """The optimizer with its own loss scale."""
    if isinstance(optimizer, keras.optimizers.LossScaleOptimizer):
        return optimizer
    return keras.optimizers.LossScaleOptimizer(optimizer)


def check_no_weights(method: str, **weights: Any) -> None:
    """Raises a TypeError for weights of classes or samples, which the model's losses do not use."""
    for name, given in weights.items():
        if given is not None:
            raise TypeError(
                f"{method}() takes no `{name}`: the model's losses weigh all images alike. "
                f"Received: {name}=..."
            )


def check_counts(arguments: Mapping[str, Any]) -> None:
    """Raises a ValueError for a number of images or batches that is not an int of at least 1.

    Keras takes 0 for its default without a word.

    Args:
        arguments: of `fit`, `evaluate` or `predict`, by name; None is Keras's default.
    """
    for name in _COUNTS:
        if arguments.get(name) is not None:
            checked_count(name, arguments[name], 1)


def check_validation_split(share: Any) -> None:
    """Raises a ValueError for a share that is not from 0 to below 1."""
    if not 0.0 <= checked_number("validation_split", share) < 1.0:
        raise ValueError(
            f"`validation_split` should be from 0 to below 1. Received: validation_split={share!r}"
        )


def check_callbacks(callbacks: Any) -> None:
    """Raises an error for what is no Keras callback, or for one that cannot work here.

    Raises:
        TypeError: it is no callback, for example its class.
        ValueError: it needs a single optimizer, or saves in another format than `.keras`.
    """
    if callbacks is None:
        return
    for callback in callbacks if isinstance(callbacks, (list, tuple)) else [callbacks]:
        if not isinstance(callback, keras.callbacks.Callback):
            raise TypeError(
                f"`callbacks` should be keras.callbacks.Callback objects. Received: {callback!r}"
            )
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
        if isinstance(callback, keras.callbacks.ModelCheckpoint) and not callback.save_weights_only:
            check_filepath(str(callback.filepath))
