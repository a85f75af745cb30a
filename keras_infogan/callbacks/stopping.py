"""Stops training when losses stay NaN or infinite."""

from __future__ import annotations

from typing import Any

import keras

from keras_infogan.runtime.arguments import checked_count

Logs = Any


class NonFiniteLossError(ArithmeticError):
    """A loss became NaN or infinite; training cannot continue from here."""


class StopOnNonFinite(keras.callbacks.Callback):
    """Stops training when a loss or a gradient was NaN or infinite for too many steps in a row.

    The model skips such updates and counts them (`model.non_finite_steps`). Put this callback
    before callbacks that save, so that they never save NaN weights.

    Args:
        patience: steps in a row, int >= 1, after which it stops.

    Raises:
        ValueError: `patience` is below 1.
        NonFiniteLossError: in `fit`, with the names of the losses and the step.

    Examples:
        >>> stop = StopOnNonFinite(patience=5)
        >>> history = model.fit(images, epochs=1, verbose=0, callbacks=[stop])
    """

    def __init__(self, patience: int = 1):
        super().__init__()
        self.patience = checked_count("patience", patience, 1)

    def on_train_batch_end(self, batch: int, logs: Logs = None) -> None:
        count = int(self.model.non_finite_in_a_row.numpy())
        if count >= self.patience:
            raise NonFiniteLossError(
                f"{self.model.non_finite_names()} was NaN or infinite at step "
                f"{self.model.steps_done}"
                + (f", and in the {count - 1} steps before it." if count > 1 else ".")
            )
