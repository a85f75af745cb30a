"""Codes and noise: what an image is generated from."""

from keras_infogan.latents.codes import (
    Bernoulli,
    Categorical,
    Code,
    Gaussian,
    LearnedCategorical,
    Uniform,
)
from keras_infogan.latents.spec import LatentSpec

__all__ = [
    "Bernoulli",
    "Categorical",
    "Code",
    "Gaussian",
    "LatentSpec",
    "LearnedCategorical",
    "Uniform",
]
