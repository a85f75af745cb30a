"""The names that a config may use, and the classes that they stand for."""

from __future__ import annotations

from collections.abc import Callable

from keras_infogan.estimators import ESTIMATORS
from keras_infogan.information import DetachedBound, VariationalBound
from keras_infogan.latents.codes import (
    Bernoulli,
    Categorical,
    Circular,
    Code,
    Gaussian,
    LearnedCategorical,
    Uniform,
)
from keras_infogan.latents.given import Given, GivenClass, GivenImage, GivenText
from keras_infogan.models.infogan import InfoGAN
from keras_infogan.models.variants import (
    C2GAN,
    BiGAN,
    ConditionalGAN,
    ConditionalInfoGAN,
    ContrastiveInfoGAN,
    CycleGAN,
    LapGAN,
    SeparateInfoGAN,
    StackGAN,
    StoryGAN,
    VAEWithInformation,
    VideoGAN,
)
from keras_infogan.objectives import (
    FeatureMatching,
    Hinge,
    LeastSquares,
    Minimax,
    NonSaturating,
    Objective,
    RelativisticPairing,
    Wasserstein,
)
from keras_infogan.regularizers.base import Regularizer
from keras_infogan.regularizers.gradient_penalties import R1, R2, GradientPenalty
from keras_infogan.regularizers.inference_reading import InferenceReading
from keras_infogan.regularizers.interaction import InteractionPenalty
from keras_infogan.regularizers.weight_clipping import WeightClipping

CODE_KINDS: dict[str, type[Code]] = {
    "categorical": Categorical,
    "uniform": Uniform,
    "gaussian": Gaussian,
    "circular": Circular,
    "bernoulli": Bernoulli,
    "learned_categorical": LearnedCategorical,
}
GIVEN_KINDS: dict[str, type[Given]] = {
    "class": GivenClass,
    "text": GivenText,
    "image": GivenImage,
}
MODELS: dict[str, type[InfoGAN]] = {
    "infogan": InfoGAN,
    "bigan": BiGAN,
    "conditional": ConditionalInfoGAN,
    "conditional_gan": ConditionalGAN,
    "contrastive": ContrastiveInfoGAN,
    "vae": VAEWithInformation,
    "separate": SeparateInfoGAN,
    "lap_gan": LapGAN,
    "stack_gan": StackGAN,
    "video_gan": VideoGAN,
    "story_gan": StoryGAN,
    "cycle_gan": CycleGAN,
    "c2_gan": C2GAN,
}
NO_OBJECTIVE = "none"  # the objective of a model without a discriminator's game
OBJECTIVES: dict[str, type[Objective]] = {
    "non_saturating": NonSaturating,
    "minimax": Minimax,
    "least_squares": LeastSquares,
    "wasserstein": Wasserstein,
    "hinge": Hinge,
    "relativistic_pairing": RelativisticPairing,
    "feature_matching": FeatureMatching,
}
REGULARIZERS: dict[str, Callable[..., Regularizer]] = {
    "gradient_penalty": GradientPenalty,
    "r1": R1,
    "r2": R2,
    "weight_clipping": WeightClipping,
    "interaction": InteractionPenalty,
    "inference_reading": InferenceReading,
}
BOUNDS: dict[str, type[VariationalBound]] = {
    "variational": VariationalBound,
    "detached": DetachedBound,
}
INFORMATION = (*BOUNDS, *ESTIMATORS)
