"""What users can set on the page: one control per code, found by asking the server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from keras_infogan.serving import Client
from keras_infogan.serving.client.model_calls import SEED

# Draws from which the kind of a code is found. Of 256 normal numbers some exceed 1, except with a
# probability of 10^-42; binary codes are always 0 or 1.
KIND_DRAWS = 256
UNIFORM_BOUND = 1.0
NORMAL_BOUND = 2.0  # 95% of a standard normal
NEEDED_SIGNATURES = ("generate", "sample")

Value: TypeAlias = int | tuple[float, ...]
Codes: TypeAlias = dict[str, Value]


@dataclass(frozen=True)
class Control:
    """What users can set of one code.

    Args:
        name: the name of the code.
        kind: "categorical" takes one of 0..size - 1, "continuous" `size` numbers in [low, high],
            "binary" `size` numbers that are 0 or 1.
        size: categories, or dimensions.
        low, high: bounds of each dimension.
    """

    name: str
    kind: Literal["categorical", "continuous", "binary"]
    size: int
    low: float = 0.0
    high: float = 1.0

    @property
    def is_categorical(self) -> bool:
        """Whether the value is one int."""
        return self.kind == "categorical"

    @property
    def fields(self) -> int:
        """How many fields of the page hold the value: one, or one per dimension."""
        return 1 if self.is_categorical else self.size

    @property
    def middle(self) -> float:
        """The first value of a dimension's field: the middle of its range; 0 if it is binary."""
        return 0.0 if self.kind == "binary" else (self.low + self.high) / 2

    def value(self, fields: Sequence[float]) -> Value:
        """The code's value from its fields on the page."""
        return int(fields[0]) if self.is_categorical else tuple(float(field) for field in fields)


def find_controls(client: Client) -> tuple[Control, ...]:
    """Asks a server for a model's codes, by name.

    The metadata gives the names and the signatures. A draw of the codes gives their kinds,
    dimensions and ranges. The recognized codes of an image give the numbers of categories.

    Args:
        client: a client for the model.

    Raises:
        ValueError: `export_savedmodel` did not write the model.
        StatusError: when the server refuses or cannot be reached.

    Example::

        find_controls(client)
        # (Control("digit", "categorical", 10), Control("style", "continuous", 2, -1.0, 1.0))
    """
    signatures = client.signatures()
    for needed in NEEDED_SIGNATURES:
        if needed not in signatures:
            raise ValueError(
                "The model should come from infogan-export, with the signatures "
                f"{' and '.join(NEEDED_SIGNATURES)}. Received: {', '.join(sorted(signatures))}"
            )
    names = sorted(name for name in signatures["generate"].inputs if name != SEED)
    if not names:
        return ()
    drawn = client.predict("sample", {SEED: np.arange(KIND_DRAWS)}, names)
    read = client.recognize(client.sample(0)["image"])
    return tuple(
        _categorical(name, read[f"{name}_probabilities"])
        if drawn[name].ndim == 1
        else _vector(name, drawn[name])
        for name in names
    )


def codes_of(controls: Sequence[Control], fields: Sequence[float]) -> Codes:
    """The codes from the fields of a page, which have the order of the controls."""
    codes, start = {}, 0
    for control in controls:
        codes[control.name] = control.value(fields[start : start + control.fields])
        start += control.fields
    return codes


def _categorical(name: str, probabilities: np.ndarray) -> Control:
    return Control(name, "categorical", probabilities.shape[-1])


def _vector(name: str, drawn: np.ndarray) -> Control:
    size = drawn.shape[-1]
    if np.isin(drawn, (0.0, 1.0)).all():
        return Control(name, "binary", size)
    bound = UNIFORM_BOUND if np.abs(drawn).max() <= UNIFORM_BOUND else NORMAL_BOUND
    return Control(name, "continuous", size, -bound, bound)
