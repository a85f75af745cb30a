"""Penalties added to the loss of one side, and constraints on the critic's weights."""

from keras_infogan.regularizers.base import (
    DiscriminatorPenalty,
    GeneratorPenalty,
    RegularizedParts,
    Regularizer,
)
from keras_infogan.regularizers.code_consistency import CodeConsistency
from keras_infogan.regularizers.context import PenaltyContext
from keras_infogan.regularizers.gradient_penalties import R1, R2, GradientPenalty
from keras_infogan.regularizers.interaction import InteractionPenalty
from keras_infogan.regularizers.weight_clipping import WeightClipping

__all__ = [
    "CodeConsistency",
    "DiscriminatorPenalty",
    "GeneratorPenalty",
    "GradientPenalty",
    "InteractionPenalty",
    "PenaltyContext",
    "R1",
    "R2",
    "RegularizedParts",
    "Regularizer",
    "WeightClipping",
]
