"""Penalties added to the loss of one side, and constraints on the critic's weights."""

from .base import (
    DiscriminatorPenalty,
    GeneratorPenalty,
    RegularizedParts,
    Regularizer,
)
from .code_consistency import CodeConsistency
from .code_equivariance import CodeEquivariance
from .context import PenaltyContext
from .gradient_penalties import R1, R2, GradientPenalty
from .inference_reading import InferenceReading
from .interaction import InteractionPenalty
from .weight_clipping import WeightClipping

__all__ = [
    "CodeConsistency",
    "CodeEquivariance",
    "DiscriminatorPenalty",
    "GeneratorPenalty",
    "GradientPenalty",
    "InferenceReading",
    "InteractionPenalty",
    "PenaltyContext",
    "R1",
    "R2",
    "RegularizedParts",
    "Regularizer",
    "WeightClipping",
]
