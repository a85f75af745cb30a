"""Codes and noise: what an image is generated from."""

from .codes import (
    Bernoulli,
    Categorical,
    Circular,
    Code,
    Gaussian,
    LearnedCategorical,
    Uniform,
)
from .spec import LatentSpec

__all__ = [
    "Bernoulli",
    "Categorical",
    "Circular",
    "Code",
    "Gaussian",
    "LatentSpec",
    "LearnedCategorical",
    "Uniform",
]
