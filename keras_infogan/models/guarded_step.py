"""One training step, which skips updates if a loss or a gradient is not finite."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import keras
import tensorflow as tf

from keras_infogan.losses import BOTH, Losses, Side
from keras_infogan.models import replicas
from keras_infogan.runtime.types import Tensor

if TYPE_CHECKING:
    from keras_infogan.models.adversarial import AdversarialModel


class GuardedStep:
    """The updates of one training step. `AdversarialModel.guarded_step` makes it.

    Args:
        model: the `AdversarialModel` that takes the step.

    Attributes:
        losses: the losses that the step reports; set them before the step ends.
        is_good: whether every loss and gradient was finite, a bool scalar; set when the step ends.
    """

    def __init__(self, model: AdversarialModel):
        self.losses = Losses()
        self.is_good: Tensor = True
        self._model = model
        self._refusals: list[Tensor] = []  # whether each update was skipped, bool scalars

    def update(
        self,
        compute: Callable[..., Losses],
        *sides: Side,
        variables: Mapping[Side, Sequence[keras.Variable]] | None = None,
    ) -> Losses:
        """Updates sides by the gradients of their losses, all from one forward pass.

        Args:
            compute: called with `sides=`, runs the forward pass and returns the losses.
            sides: the sides to update, in this order; by default both.
            variables: side -> the variables to update; by default those that its loss updates.
        """
        sides = sides or BOTH
        with ExitStack() as stack:
            tapes = {side: stack.enter_context(tf.GradientTape()) for side in sides}
            losses = compute(sides=sides)
            scaled = {side: self._model.scaled_loss(side, losses.of(side)) for side in sides}
        for side in sides:
            moved = (variables or {}).get(side) or self._model.updated_variables(side)
            self._apply(side, tapes[side], scaled[side], moved)
        return losses

    def _apply(
        self,
        side: Side,
        tape: tf.GradientTape,
        loss: Tensor,
        variables: Sequence[keras.Variable],
    ) -> None:
        """One update by the gradient of a scaled loss, skipped if it is not finite.

        Under mixed_float16 the loss scale skips such updates; its overflows are normal. A gradient
        that is not finite on one replica is skipped on all replicas.
        """
        optimizer = self._model.optimizer_of(side)
        values = [variable.value for variable in variables]
        # Zero if the loss does not depend on a variable, for example in this branch of a loss.
        zero = tf.UnconnectedGradients.ZERO
        gradients = tape.gradient(loss, values, unconnected_gradients=zero)
        scales = self._model.scales_losses_now()
        if scales and replicas.count() == 1:
            optimizer.apply(gradients, variables)
            return
        # Weights of one model may differ in dtype, and so may their gradients.
        sums = [tf.cast(tf.reduce_sum(gradient), tf.float32) for gradient in gradients]
        is_bad = replicas.anywhere(tf.logical_not(tf.math.is_finite(tf.add_n(sums))))
        if scales:
            # The optimizer checks each replica's gradient before it sums them. Replicas with
            # different results would wait for each other forever.
            optimizer.apply([_spoiled(each, is_bad) for each in gradients], variables)
            return
        replicas.apply_where(tf.logical_not(is_bad), optimizer, gradients, variables)
        self._refusals.append(is_bad)

    @contextmanager
    def keeping(self, statistics: Sequence[keras.Variable]) -> Iterator[GuardedStep]:
        """Runs the step; restores statistics if something was not finite.

        Args:
            statistics: variables that forward passes in training mode change, as moving averages.
        """
        kept = [tf.identity(variable.value) for variable in statistics]
        yield self
        replicas.share_mean(statistics)
        self._model.end_step()
        self.is_good = self._model.count_step(self.losses, self._refusals)
        for variable, value in zip(statistics, kept, strict=True):
            variable.assign(tf.where(self.is_good, variable.value, value))


def _spoiled(gradient: Tensor, is_bad: Tensor) -> Tensor:
    """The gradient, with all values NaN if `is_bad`."""
    return tf.where(is_bad, tf.cast(math.nan, gradient.dtype), gradient)
