"""InfoGAN for Keras: generative adversarial networks whose latent codes mean something."""

from keras_infogan.runtime import environment  # noqa: F401, I001  (first: TensorFlow reads it once)
from keras_infogan import callbacks, datasets, estimators, information, metrics, objectives
from keras_infogan import regularizers
from keras_infogan.models import variants
from keras_infogan.export import export_savedmodel
from keras_infogan.models.infogan import InfoGAN
from keras_infogan.information import VariationalBound, real_fake_information
from keras_infogan.latents.codes import (
    Bernoulli,
    Categorical,
    Code,
    Gaussian,
    LearnedCategorical,
    Uniform,
)
from keras_infogan.regularizers.code_consistency import CodeConsistency
from keras_infogan.regularizers.interaction import InteractionPenalty
from keras_infogan.latents.spec import LatentSpec
from keras_infogan.objectives import NonSaturating
from keras_infogan.optimizers import FusedAdam
from keras_infogan.schedules import Ramp

__all__ = [
    "Bernoulli",
    "Categorical",
    "Code",
    "CodeConsistency",
    "FusedAdam",
    "Gaussian",
    "InfoGAN",
    "InteractionPenalty",
    "LearnedCategorical",
    "LatentSpec",
    "NonSaturating",
    "Ramp",
    "Uniform",
    "VariationalBound",
    "callbacks",
    "datasets",
    "estimators",
    "export_savedmodel",
    "information",
    "metrics",
    "objectives",
    "real_fake_information",
    "regularizers",
    "variants",
]
