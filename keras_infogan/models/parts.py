"""Checks of the objects that a model is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from keras_infogan.latents.spec import LatentSpec
from keras_infogan.objectives import Objective
from keras_infogan.regularizers.base import Regularizer


def check_latents(latents: Any) -> None:
    """Raises a TypeError unless the latents are a `LatentSpec`."""
    _check("latents", latents, LatentSpec, "a LatentSpec")


def check_recipe(latents: Any, information: Any, networks: Any) -> None:
    """Raises a TypeError for arguments of `from_architecture` that nothing can be made of."""
    check_latents(latents)
    if not callable(information):
        raise TypeError(
            "`information` should make a bound from the latents and Q's head, such as the class "
            f"VariationalBound. Received: {information!r}"
        )
    if networks is not None:
        _check("networks", networks, Mapping, "a dictionary of options")


def check_terms(objective: Any, regularizers: Any) -> None:
    """Raises a TypeError for terms of the losses that are none."""
    if objective is not None:
        _check("objective", objective, Objective, "an object of keras_infogan.objectives")
    expected = "a list of objects of keras_infogan.regularizers"
    _check("regularizers", regularizers, Sequence, expected)
    for regularizer in regularizers:
        _check("regularizers", regularizer, Regularizer, expected)


def _check(name: str, value: Any, kind: type, expected: str) -> None:
    if not isinstance(value, kind):
        raise TypeError(f"`{name}` should be {expected}. Received: {name}={value!r}")
