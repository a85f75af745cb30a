"""From a config to objects: the one place besides the commands that reads a ConfigDict."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any

import keras

from keras_infogan.estimators import ESTIMATORS, StatisticsNetwork
from keras_infogan.information import DetachedBound, EstimatedInformation, VariationalBound
from keras_infogan.latents.codes import (
    Bernoulli,
    Categorical,
    Code,
    Gaussian,
    LearnedCategorical,
    Uniform,
)
from keras_infogan.latents.spec import LatentSpec
from keras_infogan.models.infogan import InfoGAN
from keras_infogan.models.variants import (
    BiGAN,
    ConditionalInfoGAN,
    ContrastiveInfoGAN,
    SeparateInfoGAN,
    VAEWithInformation,
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
from keras_infogan.optimizers import FusedAdam
from keras_infogan.regularizers.base import Regularizer
from keras_infogan.regularizers.code_consistency import CodeConsistency
from keras_infogan.regularizers.gradient_penalties import R1, R2, GradientPenalty
from keras_infogan.regularizers.interaction import InteractionPenalty, dimension_count
from keras_infogan.regularizers.weight_clipping import WeightClipping
from keras_infogan.runtime.arguments import checked_count
from keras_infogan.schedules import Ramp

CODE_KINDS: dict[str, type[Code]] = {
    "categorical": Categorical,
    "uniform": Uniform,
    "gaussian": Gaussian,
    "bernoulli": Bernoulli,
    "learned_categorical": LearnedCategorical,
}
MODELS: dict[str, type[InfoGAN]] = {
    "infogan": InfoGAN,
    "bigan": BiGAN,
    "conditional": ConditionalInfoGAN,
    "contrastive": ContrastiveInfoGAN,
    "vae": VAEWithInformation,
    "separate": SeparateInfoGAN,
}
NO_OBJECTIVE = "none"  # of a model without an adversary
OBJECTIVES: dict[str, type[Objective]] = {
    "non_saturating": NonSaturating,
    "minimax": Minimax,
    "least_squares": LeastSquares,
    "wasserstein": Wasserstein,
    "hinge": Hinge,
    "relativistic_pairing": RelativisticPairing,
    "feature_matching": FeatureMatching,
}
REGULARIZERS: dict[str, Callable[[float], Regularizer]] = {
    "gradient_penalty": GradientPenalty,
    "r1": R1,
    "r2": R2,
    "weight_clipping": WeightClipping,
    "interaction": InteractionPenalty,
}
BOUNDS: dict[str, type[VariationalBound]] = {
    "variational": VariationalBound,
    "detached": DetachedBound,
}
INFORMATION = (*BOUNDS, *ESTIMATORS)
DEGREES = 360.0
MAXIMUM_SEED = 2**31 - 2  # augmentations take the two seeds after it
POSITIVE_INTS = (
    "steps",
    "steps_per_epoch",
    "batch_size",
    "checkpoint_every_steps",
    "checkpoints_kept",
    "non_finite_patience",
)
COUNTS = ("threads", "restarts")
POSITIVE_RATES = (
    "generator_learning_rate",
    "discriminator_learning_rate",
    "learning_rate_drop_factor",
)
POLICIES = ("float32", "mixed_float16", "mixed_bfloat16")


def check(config: Any) -> None:
    """Refuses settings that a run could not keep.

    Raises:
        ValueError: with the field's name, what it should be and what it is.
    """
    for name in POSITIVE_INTS:
        checked_count(f"config.{name}", config[name], 1)
    for name in COUNTS:
        checked_count(f"config.{name}", config[name], 0)
    if config.restarts and config.learning_rate_drops:
        raise ValueError(
            "config.restarts should come with constant rates, which they halve. "
            f"Received: learning_rate_drops={tuple(config.learning_rate_drops)}"
        )
    _check_choice("policy", config.policy, POLICIES)
    _check_choice("model.kind", config.model.kind, MODELS)
    objectives = [NO_OBJECTIVE] if config.model.kind == "vae" else OBJECTIVES
    _check_choice("objective", config.objective, objectives)
    _check_choice("information.estimator", config.information.estimator, INFORMATION)
    if not 0 <= config.seed < MAXIMUM_SEED:
        raise ValueError(
            f"config.seed should be from 0 to {MAXIMUM_SEED - 1}. Received: {config.seed}"
        )
    for name in POSITIVE_RATES:
        if not config[name] > 0:
            raise ValueError(f"config.{name} should be above 0. Received: {config[name]!r}")
    for name in ("adam_beta_1", "adam_beta_2"):
        if not 0 <= config[name] < 1:
            raise ValueError(
                f"config.{name} should be from 0 to below 1. Received: {config[name]!r}"
            )
    if config.batch_size < 2:
        raise ValueError(
            "config.batch_size should be at least 2, for batch normalisation. "
            f"Received: {config.batch_size}"
        )


def _check_choice(name: str, value: Any, choices: Collection[str]) -> None:
    if value not in choices:
        raise ValueError(f"config.{name} should be one of {sorted(choices)}. Received: {value!r}")


def build_latents(latents: Mapping[str, Any]) -> LatentSpec:
    """The latent spec of `config.latents`: noise, and per code a kind, a size and a weight.

    A code of size 0 is left out, so that a flag can remove it.

    Raises:
        ValueError: an unknown kind, or what `LatentSpec` refuses.
    """
    codes = {}
    for name, code in latents["codes"].items():
        _check_choice(f"latents.codes.{name}.kind", code["kind"], CODE_KINDS)
        settings = {key: value for key, value in code.items() if key != "kind"}
        if settings["size"] != 0:
            codes[name] = CODE_KINDS[code["kind"]](**settings)
    return LatentSpec(latents["noise"], codes)


def build_model(config: Any, image_shape: tuple[int, int, int] | None = None) -> InfoGAN:
    """The compiled model of a config.

    Args:
        config: a ConfigDict as the files in `configs/` return it.
        image_shape: (H, W, C) of the data; None is that of the architecture's paper.

    Raises:
        ValueError: a setting out of range.
    """
    settings = config.model.to_dict()
    kind = MODELS[settings.pop("kind")]
    if config.objective != NO_OBJECTIVE:
        settings["objective"] = OBJECTIVES[config.objective]()
    model = kind.from_architecture(
        config.architecture,
        build_latents(config.latents),
        image_shape,
        information=_information(config.information),
        networks=config.networks.to_dict(),
        regularizers=_regularizers(config),
        discriminator_steps=config.discriminator_steps,
        generator_steps=config.generator_steps,
        alternating=config.alternating,
        generator_average=config.generator_average,
        discriminator_average=config.discriminator_average,
        seed=config.seed,
        dtype=config.policy,
        **settings,
    )
    model.compile(
        generator_optimizer=_optimizer(config, config.generator_learning_rate),
        discriminator_optimizer=_optimizer(config, config.discriminator_learning_rate),
        jit_compile=config.jit_compile,
    )
    return model


def _optimizer(config: Any, learning_rate: float) -> FusedAdam:
    drops = list(config.learning_rate_drops)
    rates = [learning_rate * config.learning_rate_drop_factor**k for k in range(len(drops) + 1)]
    schedule = keras.optimizers.schedules.PiecewiseConstantDecay(drops, rates)
    return FusedAdam(
        schedule if drops else learning_rate, beta_1=config.adam_beta_1, beta_2=config.adam_beta_2
    )


def _information(information: Any) -> Callable[..., VariationalBound]:
    ramps = {
        "generator_weight": Ramp(information.start, information.generator_ramp),
        "discriminator_weight": Ramp(information.start, information.discriminator_ramp),
    }
    if information.estimator in BOUNDS:
        return partial(BOUNDS[information.estimator], **ramps)
    return partial(
        EstimatedInformation,
        statistics_network=StatisticsNetwork(),
        estimator=ESTIMATORS[information.estimator](),
        weight=information.weight,
        **ramps,
    )


def _regularizers(config: Any) -> list[Regularizer]:
    """The regularizers whose setting is not 0."""
    weights = {name: value for name, value in config.regularizers.items() if value != 0}
    if dimension_count(build_latents(config.latents)) < 2:
        # Of a single code there is none, so that a flag can remove the others.
        weights.pop(InteractionPenalty.name, None)
    chosen: list[Regularizer] = [REGULARIZERS[name](value) for name, value in weights.items()]
    return chosen + ([_consistency(config)] if config.consistency.weight != 0 else [])


def _consistency(config: Any) -> CodeConsistency:
    consistency = config.consistency
    return CodeConsistency(
        keras.Sequential(_augmentations(consistency, config.seed), name="augmentation"),
        weight=consistency.weight,
        balance=consistency.balance,
        confidence=consistency.confidence,
        classifiers=consistency.classifiers,
        ensemble_steps=consistency.ensemble_steps,
    )


def _augmentations(consistency: Any, seed: int) -> list[keras.layers.Layer]:
    """The changes that codes shall not notice: those whose setting is not 0."""
    # What a change uncovers is black, as the ground of digits is, unless a config says otherwise.
    common = {"fill_mode": consistency.get("fill_mode", "constant"), "dtype": "float32"}
    chosen = []
    if consistency.rotation_degrees:
        factor = consistency.rotation_degrees / DEGREES
        chosen.append(keras.layers.RandomRotation(factor, seed=seed, **common))
    if consistency.shift:
        factors = (consistency.shift, consistency.shift)
        chosen.append(keras.layers.RandomTranslation(*factors, seed=seed + 1, **common))
    if consistency.zoom:
        chosen.append(keras.layers.RandomZoom(consistency.zoom, seed=seed + 2, **common))
    if not chosen:
        raise ValueError(
            "config.consistency should change images in some way. "
            "Received: rotation_degrees, shift and zoom of 0"
        )
    return chosen
