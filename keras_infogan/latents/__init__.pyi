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
from .given import Given, GivenClass, GivenImage, GivenText
from .spec import LatentSpec

__all__ = [
    "Bernoulli",
    "Categorical",
    "Circular",
    "Code",
    "Gaussian",
    "Given",
    "GivenClass",
    "GivenImage",
    "GivenText",
    "LatentSpec",
    "LearnedCategorical",
    "Uniform",
]
