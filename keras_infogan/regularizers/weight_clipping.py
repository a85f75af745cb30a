"""A limit on the weights of a critic."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras

from keras_infogan.regularizers.base import Regularizer
from keras_infogan.runtime.arguments import checked_number
from keras_infogan.runtime.types import Tensor


@keras.saving.register_keras_serializable("keras_infogan")
class WeightClipping(Regularizer):
    """Clips every weight of the critic to [-limit, limit] after each of its updates.

    Arjovsky et al. 2017 (arXiv:1701.07875, algorithm 1), whose limit is 0.01. Q's head is not
    clipped.

    Args:
        limit: float > 0.
    """

    name = "weight_clipping"

    def __init__(self, limit: float = 0.01):
        self.limit = checked_number("limit", limit, above=0)

    def constrain(self, variables: Sequence[keras.Variable]) -> None:
        for variable in variables:
            variable.constraint = _Limit(self.limit)

    def get_config(self) -> dict[str, Any]:
        return {"limit": self.limit}


class _Limit(keras.constraints.Constraint):
    """Weights in [-limit, limit]."""

    def __init__(self, limit: float):
        self.limit = limit

    def __call__(self, weights: Tensor) -> Tensor:
        return keras.ops.clip(weights, -self.limit, self.limit)

    def get_config(self) -> dict[str, Any]:
        return {"limit": self.limit}
