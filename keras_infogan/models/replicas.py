"""Random numbers, decisions and state that the replicas of a training step share.

For use inside a step. Without a strategy there is one replica, and these functions do nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from keras_infogan.runtime.types import Tensor


def count() -> int:
    """The number of replicas of a step, on all workers."""
    return tf.distribute.get_strategy().num_replicas_in_sync


def all_rows(rows: Tensor) -> Tensor:
    """The number of rows of the whole batch, given that of this replica."""
    return rows * count()


def own_rows(value: Tensor) -> Tensor:
    """This replica's part of the numbers that every replica drew for the whole batch.

    The parts of the replicas differ; together they are what a single replica would have drawn.

    Args:
        value: [B, ...], the same on every replica.

    Returns:
        Rows r B/R to (r+1) B/R for replica r of R, the same rows as those of its images.

    Examples:
        >>> rows = 8
        >>> own_rows(tf.random.stateless_uniform([all_rows(rows), 62], seed=[0, 1])).shape
        TensorShape([8, 62])
    """
    if count() == 1:
        return value
    rows = tf.shape(value)[0] // count()
    first = _index() * rows
    return value[first : first + rows]


def filled(rows: Tensor) -> Tensor:
    """The rows of this replica, or one row of zeros if its share of a small batch is empty.

    Layers fail on no rows, and all replicas have to take a step together.

    Args:
        rows: [B, ...].
    """
    if count() == 1:
        return rows
    missing = tf.cast(tf.equal(tf.shape(rows)[0], 0), tf.int32)
    return tf.pad(rows, [[0, missing], *[[0, 0]] * (rows.shape.rank - 1)])


def own_seed(seed: Tensor) -> Tensor:
    """A stateless seed of this replica, int32 [2], for numbers not drawn for the whole batch."""
    return seed if count() == 1 else tf.random.experimental.stateless_fold_in(seed, _index())


def anywhere(flags: Tensor) -> Tensor:
    """Whether any replica has a flag set, elementwise; the same answer on every replica.

    Args:
        flags: bool, of any shape.
    """
    if count() == 1:
        return flags
    return _all_reduce(tf.distribute.ReduceOp.SUM, tf.cast(flags, tf.float32)) > 0.0


def share_mean(variables: Sequence[keras.Variable]) -> None:
    """Sets variables that each replica has changed alone to their mean over the replicas."""
    if count() == 1 or not variables:
        return
    means = _all_reduce(
        tf.distribute.ReduceOp.MEAN, [tf.identity(each.value) for each in variables]
    )
    for variable, mean in zip(variables, means, strict=True):
        variable.assign(mean)


def apply_where(
    condition: Tensor,
    optimizer: keras.optimizers.Optimizer,
    gradients: Sequence[Tensor],
    variables: Sequence[keras.Variable],
) -> None:
    """Applies an optimizer's update if a condition holds, and otherwise changes nothing.

    Args:
        condition: bool scalar, the same on every replica.
        optimizer: built on the variables; it sums the gradients over the replicas.
        gradients, variables: of equal length.
    """
    if not tf.distribute.has_strategy():
        tf.cond(condition, lambda: _apply(optimizer, gradients, variables), lambda: False)
        return

    # An optimizer leaves the replicas' context, which is not allowed inside a branch. So the branch
    # is outside of that context, and calls the replicas again.
    def update(strategy: tf.distribute.Strategy, condition: Tensor, gradients: Any) -> None:
        def apply() -> bool:
            strategy.extended.call_for_each_replica(_apply, args=(optimizer, gradients, variables))
            return True

        tf.cond(strategy.experimental_local_results(condition)[0], apply, lambda: False)

    tf.distribute.get_replica_context().merge_call(update, args=(condition, list(gradients)))


def logs(values: dict[str, Tensor]) -> dict[str, Tensor]:
    """Scalars in the form from which Keras computes their mean over workers."""
    if not isinstance(tf.distribute.get_strategy(), tf.distribute.MultiWorkerMirroredStrategy):
        return values
    return {name: tf.reshape(value, [1]) for name, value in values.items()}


def _index() -> Tensor:
    return tf.distribute.get_replica_context().replica_id_in_sync_group


def _all_reduce(operation: tf.distribute.ReduceOp, value: Any) -> Any:
    return tf.distribute.get_replica_context().all_reduce(operation, value)


def _apply(
    optimizer: keras.optimizers.Optimizer,
    gradients: Sequence[Tensor],
    variables: Sequence[keras.Variable],
) -> bool:
    """Applies an update inside a branch; both branches should return the same type."""
    # A strategy finds its replica by the tensor's device. Inside a branch only a copy has one.
    placed = [tf.identity(gradient) for gradient in gradients]
    optimizer.apply(placed, variables)
    return True
