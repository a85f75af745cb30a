"""What every regularizer has in common."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, ClassVar, NamedTuple

import keras

from keras_infogan.information import VariationalBound
from keras_infogan.latents.spec import LatentSpec
from keras_infogan.losses import BOTH, Losses, Side
from keras_infogan.regularizers.context import PenaltyContext
from keras_infogan.runtime.arguments import checked_number
from keras_infogan.runtime.types import Tensor


class RegularizedParts(NamedTuple):
    """The parts of a model that a regularizer may read before training.

    Attributes:
        latents: the `LatentSpec`.
        trunk: Keras model images -> features.
        discriminator_head: Keras model features -> logits.
        information: the bound, which owns Q's head.
        trained: the variables that the discriminator's loss updates.
        has_one_critic: whether D is the only discriminator, and its logit depends on the image
            through the trunk alone.
    """

    latents: LatentSpec
    trunk: keras.Model
    discriminator_head: keras.Model
    information: VariationalBound
    trained: Sequence[keras.Variable]
    has_one_critic: bool = True

    def check_trains_recognition(self, name: str) -> None:
        """Raises a ValueError if the discriminator's loss does not train Q; `name` needs it."""
        trained = {id(variable) for variable in self.trained}
        recognition = self.information.recognition_head.trainable_variables
        if not all(id(variable) in trained for variable in recognition):
            raise ValueError(
                f"{name} needs a model whose discriminator's loss trains Q. "
                "Received: one in which another loss trains Q"
            )


class Regularizer:
    """A penalty on the loss of one side, or a constraint on its weights.

    Attributes:
        name: the name of its log.
    """

    name: str

    def check(self, parts: RegularizedParts) -> None:
        """Raises a ValueError for a model that it cannot regularize."""

    def build(self, parts: RegularizedParts) -> None:
        """Makes its own weights, if any; `check` has accepted the parts."""

    @property
    def layers(self) -> list[keras.layers.Layer]:
        """Its own layers with weights, which the discriminator's optimizer trains."""
        return []

    def constrain(self, variables: Sequence[keras.Variable]) -> None:
        """Sets its constraints, if any, on the variables of the trunk and of D's head."""

    @property
    def augmentations(self) -> list[keras.layers.Layer]:
        """The random layers that it uses."""
        return []

    @property
    def log_names(self) -> list[str]:
        """Names of the scalars that `compute_losses` logs."""
        return []

    def compute_losses(self, context: PenaltyContext, sides: Collection[Side] = BOTH) -> Losses:
        """The term that it adds to the losses of the sides that are updated; by default 0."""
        del context, sides
        return Losses()

    def get_config(self) -> dict[str, Any]:
        raise NotImplementedError

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Regularizer:
        return cls(**config)


class Penalty(Regularizer):
    """A scalar that one side minimizes with its loss. A penalty defines `__call__`.

    Args:
        weight: float > 0.

    Attributes:
        side: which side; derive from `DiscriminatorPenalty` or `GeneratorPenalty`.

    Raises:
        ValueError: a weight that is not positive.
    """

    side: ClassVar[Side]

    def __init__(self, weight: float):
        self.weight = checked_number("weight", weight, above=0)

    def __call__(self, context: PenaltyContext) -> Tensor:
        """The penalty times its weight, a float32 scalar."""
        raise NotImplementedError

    @property
    def log_names(self) -> list[str]:
        return [self.name]

    def compute_losses(self, context: PenaltyContext, sides: Collection[Side] = BOTH) -> Losses:
        if self.side not in sides:
            return Losses()
        penalty = self(context)
        return Losses(penalty, penalty, {self.name: penalty}).only(self.side)

    def get_config(self) -> dict[str, Any]:
        return {"weight": self.weight}


class DiscriminatorPenalty(Penalty):
    """A penalty that the discriminator's side minimizes."""

    side = Side.DISCRIMINATOR


class GeneratorPenalty(Penalty):
    """A penalty that the generator minimizes."""

    side = Side.GENERATOR
