"""The two sides of a step, and what each of them minimizes."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping
from typing import Any

from keras_infogan.runtime.types import Tensor


class Side(enum.Enum):
    """The discriminator's side (trunk, D's head and Q) or the generator's."""

    DISCRIMINATOR = "discriminator"
    GENERATOR = "generator"


BOTH = (Side.DISCRIMINATOR, Side.GENERATOR)


@dataclasses.dataclass(frozen=True)
class Losses:
    """A term of both losses, or a sum of terms: `V + L + penalty` adds each side on its own.

    Args:
        discriminator: what the discriminator's side minimizes, a float32 scalar.
        generator: what the generator minimizes, a float32 scalar.
        logs: further scalars, by log name.

    Examples:
        >>> total = Losses(1.0, 2.0, {"r1": 0.5}) + Losses(0.5, 0.0)
        >>> total.discriminator, total.generator, total.logs
        (1.5, 2.0, {'r1': 0.5})
    """

    discriminator: Tensor = 0.0
    generator: Tensor = 0.0
    logs: Mapping[str, Tensor] = dataclasses.field(default_factory=dict)

    def __add__(self, other: Losses) -> Losses:
        return Losses(
            self.discriminator + other.discriminator,
            self.generator + other.generator,
            {**self.logs, **other.logs},
        )

    def of(self, side: Side) -> Tensor:
        """The loss of one side."""
        return self.discriminator if side is Side.DISCRIMINATOR else self.generator

    def only(self, *sides: Side) -> Losses:
        """The same losses for the given sides, 0 for the other; the logs stay."""
        discriminator, generator = (self.of(side) if side in sides else 0.0 for side in BOTH)
        return Losses(discriminator, generator, self.logs)

    def times(self, weight: Any) -> Losses:
        """Both losses times a weight; the logs stay.

        Examples:
            >>> Losses(1.0, 2.0).times(0.5).generator
            1.0
        """
        return Losses(weight * self.discriminator, weight * self.generator, self.logs)

    def after(self, earlier: Losses) -> Losses:
        """The report of a step that updated the discriminator's side first, by `earlier`."""
        return Losses(earlier.discriminator, self.generator, {**self.logs, **earlier.logs})

    def named(self) -> dict[str, Tensor]:
        """Every scalar, by log name."""
        return {
            "discriminator_loss": self.discriminator,
            "generator_loss": self.generator,
            **self.logs,
        }
