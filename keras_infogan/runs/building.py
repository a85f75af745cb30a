"""Builds objects from a config: latents, model, optimizers, bound and regularizers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import keras

from keras_infogan.estimators import ESTIMATORS, StatisticsNetwork
from keras_infogan.information import EstimatedInformation, VariationalBound
from keras_infogan.latents.spec import LatentSpec
from keras_infogan.losses import Side
from keras_infogan.models.infogan import InfoGAN
from keras_infogan.optimizers import FusedAdam
from keras_infogan.regularizers.base import Regularizer
from keras_infogan.regularizers.code_consistency import CodeConsistency
from keras_infogan.regularizers.code_equivariance import CodeEquivariance
from keras_infogan.regularizers.gradient_penalties import R1, R2
from keras_infogan.regularizers.inference_reading import InferenceReading
from keras_infogan.regularizers.interaction import InteractionPenalty, dimension_count
from keras_infogan.runs.augmentations import build_augmentation, build_views
from keras_infogan.runs.checking import check_choice
from keras_infogan.runs.registry import (
    BOUNDS,
    CODE_KINDS,
    GIVEN_KINDS,
    MODELS,
    NO_OBJECTIVE,
    OBJECTIVES,
    REGULARIZERS,
)
from keras_infogan.schedules import Ramp


def build_latents(latents: Mapping[str, Any]) -> LatentSpec:
    """Builds the latent spec of `config.latents`: noise, codes, and what is given.

    A code of size 0 is left out, so that a flag can remove it.

    Raises:
        ValueError: an unknown kind, or an argument that `LatentSpec` does not accept.
    """
    codes = {}
    for name, code in latents["codes"].items():
        check_choice(f"latents.codes.{name}.kind", code["kind"], CODE_KINDS)
        settings = {key: value for key, value in code.items() if key != "kind"}
        if settings["size"] != 0:
            codes[name] = CODE_KINDS[code["kind"]](**settings)
    given = {}
    for name, each in latents.get("given", {}).items():
        check_choice(f"latents.given.{name}.kind", each["kind"], GIVEN_KINDS)
        settings = {key: value for key, value in each.items() if key != "kind"}
        given[name] = GIVEN_KINDS[each["kind"]](**settings)
    return LatentSpec(latents["noise"], codes, given)


def build_model(config: Any, image_shape: tuple[int, int, int] | None = None) -> InfoGAN:
    """Builds and compiles the model of a config.

    Args:
        config: a ConfigDict as the files in `configs/` return it.
        image_shape: (H, W, C) of the data, or (T, H, W, C) of videos; None is the shape in
            the architecture's paper.

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
        regularizers=_regularizers(config, image_shape),
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
        "discriminator_weight": Ramp(
            information.start, information.discriminator_ramp, information.discriminator_share
        ),
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


def _regularizers(config: Any, image_shape: Sequence[int] | None) -> list[Regularizer]:
    """The regularizers whose setting is not 0."""
    weights = {name: value for name, value in config.regularizers.items() if value != 0}
    dimensions = dimension_count(build_latents(config.latents))
    if dimensions < 2:  # a flag may have removed the other codes
        weights.pop(InteractionPenalty.name, None)
    if not (dimensions and _reads_by_averages(config)):
        weights.pop(InferenceReading.name, None)
    # R1 and R2 may be taken on a part of the batch.
    shares = {name: {"share": config.penalized_share} for name in (R1.name, R2.name)}
    chosen: list[Regularizer] = [
        REGULARIZERS[name](value, **shares.get(name, {})) for name, value in weights.items()
    ]
    if config.consistency.weight != 0:
        chosen.append(_consistency(config, image_shape))
    if config.equivariance.weight != 0:
        chosen.append(_equivariance(config.equivariance))
    return chosen


def _reads_by_averages(config: Any) -> bool:
    """Whether D's loss trains Q, with batch normalization, so that both modes differ."""
    is_trained_with_d = Side.DISCRIMINATOR in MODELS[config.model.kind].informed_sides
    return is_trained_with_d and config.networks.discriminator_normalization == "batch"


def _equivariance(equivariance: Any) -> CodeEquivariance:
    changes = [change.strip() for change in equivariance.changes.split(",") if change.strip()]
    return CodeEquivariance(equivariance.code, changes, equivariance.weight)


def _consistency(config: Any, image_shape: Sequence[int] | None) -> CodeConsistency:
    settings = config.consistency.to_dict()
    names = ("weight", "balance", "confidence", "classifiers", "ensemble_steps", "lasting")
    return CodeConsistency(
        build_augmentation(settings, image_shape, config.seed),
        **{name: settings[name] for name in names},
        voters=settings["voters"] or None,
        views=build_views(settings["views"], image_shape, config.seed),
    )
