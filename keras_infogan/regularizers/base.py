"""What every regularizer has in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras

from keras_infogan.regularizers.context import PenaltyContext

Tensor = Any


class Regularizer:
    """Something that holds one side in check, the discriminator's unless it says otherwise.

    Attributes:
        name: of its log, in which its penalty stands.
        penalizes: whether it adds a penalty; a constraint does not.
        of_generator: whether the generator minimises the penalty, not the discriminator.
    """

    name: str
    penalizes = True
    of_generator = False

    def check(self, model: Any) -> None:
        """Refuses an `InfoGAN` that it cannot hold, with a ValueError."""

    def build(self, model: Any) -> None:
        """Makes the weights that it has of its own, if any, for an `InfoGAN` that `check` took."""

    @property
    def layers(self) -> list[keras.layers.Layer]:
        """Those with weights of its own, which the discriminator's optimizer trains."""
        return []

    def constrain(self, variables: Sequence[keras.Variable]) -> None:
        """Puts constraints on the trunk's and the discriminator head's variables, if it has any."""

    @property
    def augmentations(self) -> list[keras.layers.Layer]:
        """The random layers that it draws from."""
        return []

    def __call__(self, views: PenaltyContext) -> Tensor:
        """The penalty, a float32 scalar."""
        raise NotImplementedError

    def get_config(self) -> dict[str, Any]:
        raise NotImplementedError

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Regularizer:
        return cls(**config)


class WeightedPenalty(Regularizer):
    """A penalty that is multiplied by a weight above 0."""

    def __init__(self, weight: float):
        if not weight > 0:
            raise ValueError(f"`weight` should be above 0. Received: weight={weight!r}")
        self.weight = weight

    def get_config(self) -> dict[str, Any]:
        return {"weight": self.weight}
