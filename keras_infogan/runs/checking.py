"""Checks of a config's settings."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from keras_infogan.runs.registry import INFORMATION, MODELS, NO_OBJECTIVE, OBJECTIVES
from keras_infogan.runtime.arguments import checked_count

MAXIMUM_SEED = 2**31 - 2  # changes of images use seeds a little above it
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


def check_config(config: Any) -> None:
    """Checks the settings of a config before anything is loaded or written.

    Args:
        config: a ConfigDict as the files in `configs/` return it.

    Raises:
        ValueError: with the field's name, what it should be and what it is.
    """
    for name in POSITIVE_INTS:
        checked_count(f"config.{name}", config[name], 1)
    for name in COUNTS:
        checked_count(f"config.{name}", config[name], 0)
    if config.restarts and config.learning_rate_drops:
        raise ValueError(
            "config.restarts should be 0 if learning_rate_drops is set: it halves constant rates. "
            f"Received: learning_rate_drops={tuple(config.learning_rate_drops)}"
        )
    check_choice("policy", config.policy, POLICIES)
    check_choice("model.kind", config.model.kind, MODELS)
    checked_count("config.data.labels_per_class", config.data.labels_per_class, 0)
    if config.data.labels_per_class and not MODELS[config.model.kind].takes_labels:
        raise ValueError(
            "config.data.labels_per_class should be 0 for a model that takes no labels. "
            f"Received: {config.data.labels_per_class} for model.kind={config.model.kind!r}"
        )
    objectives = [NO_OBJECTIVE] if config.model.kind == "vae" else OBJECTIVES
    check_choice("objective", config.objective, objectives)
    check_choice("information.estimator", config.information.estimator, INFORMATION)
    _check_what_q_learns_from(config)
    _check_ranges(config)


def check_batch_size(config: Any, images: int, replicas: int) -> None:
    """Checks that a batch is no larger than the data and can be shared among replicas.

    Args:
        config: a ConfigDict.
        images: the number of training images.
        replicas: the number of parts of a batch, one per device.

    Raises:
        ValueError: the batch size does not fit.
    """
    if config.batch_size * config.discriminator_steps > images:
        raise ValueError(
            "config.batch_size times config.discriminator_steps should be at most "
            f"{images}, the number of images. "
            f"Received: {config.batch_size} times {config.discriminator_steps}"
        )
    if config.batch_size % replicas or config.batch_size < 2 * replicas:
        raise ValueError(
            f"config.batch_size should be a multiple of {replicas}, the number of replicas, and "
            f"leave each at least 2 images. Received: {config.batch_size}"
        )


def check_choice(name: str, value: Any, choices: Collection[str]) -> None:
    """Raises a ValueError if a field's value is none of the choices."""
    if value not in choices:
        raise ValueError(f"config.{name} should be one of {sorted(choices)}. Received: {value!r}")


def _check_what_q_learns_from(config: Any) -> None:
    teachers = (
        config.information.discriminator_share,
        config.consistency.weight,
        config.equivariance.weight,
        config.data.labels_per_class,
    )
    if not any(teachers) and any(code["weight"] for code in config.latents.codes.values()):
        raise ValueError(
            "config.information.discriminator_share should be above 0 without consistency, "
            "equivariance and labels: Q learns from nothing else. Received: 0"
        )


def _check_ranges(config: Any) -> None:
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
            "config.batch_size should be at least 2, for batch normalization. "
            f"Received: {config.batch_size}"
        )
