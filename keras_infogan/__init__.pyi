"""InfoGAN for Keras: generative adversarial networks whose latent codes mean something."""

from . import callbacks, datasets, estimators, information, metrics, objectives, regularizers
from .export import export_savedmodel
from .information import VariationalBound, real_fake_information
from .latents.codes import (
    Bernoulli,
    Categorical,
    Circular,
    Code,
    Gaussian,
    LearnedCategorical,
    Uniform,
)
from .latents.given import GivenClass, GivenImage, GivenText
from .latents.spec import LatentSpec
from .models import variants
from .models.infogan import InfoGAN
from .models.preset_files import upload_preset
from .objectives import NonSaturating
from .optimizers import FusedAdam
from .portable import export_litert, export_onnx
from .schedules import Ramp
from .trained import presets

__all__ = [
    "Bernoulli",
    "Categorical",
    "Circular",
    "Code",
    "FusedAdam",
    "Gaussian",
    "GivenClass",
    "GivenImage",
    "GivenText",
    "InfoGAN",
    "LearnedCategorical",
    "LatentSpec",
    "NonSaturating",
    "Ramp",
    "Uniform",
    "VariationalBound",
    "callbacks",
    "datasets",
    "estimators",
    "export_litert",
    "export_onnx",
    "export_savedmodel",
    "information",
    "metrics",
    "objectives",
    "presets",
    "real_fake_information",
    "regularizers",
    "upload_preset",
    "variants",
]
