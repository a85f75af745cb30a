"""Codes and noise: what an image is generated from."""

from .codes import (
    Bernoulli,
    Categorical,
    Code,
    Gaussian,
    LearnedCategorical,
    Uniform,
)
from .spec import LatentSpec

__all__ = [
    "Bernoulli",
    "Categorical",
    "Code",
    "Gaussian",
    "LatentSpec",
    "LearnedCategorical",
    "Uniform",
]
