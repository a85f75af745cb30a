"""What a page lets its user set: a control per code, found by asking the server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from keras_infogan.serving import Client
from keras_infogan.serving.client.model_calls import SEED

# Draws of a code that tell its kind: among so many, normal numbers pass 1 but for one time in
# 10^42, and coins are always 0 or 1.
KIND_DRAWS = 256
UNIFORM_BOUND = 1.0
NORMAL_BOUND = 2.0  # 95% of a standard normal
NEEDED_SIGNATURES = ("generate", "sample")

Value: TypeAlias = int | tuple[float, ...]
Codes: TypeAlias = dict[str, Value]


@dataclass(frozen=True)
class Control:
    """What can be set of one code.

    Args:
        name: the code's.
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
        """Fields of a page that the value takes: one, or one a dimension."""
        return 1 if self.is_categorical else self.size

    @property
    def middle(self) -> float:
        """What the field of a dimension begins with: the middle of its range, or no coin."""
        return 0.0 if self.kind == "binary" else (self.low + self.high) / 2

    def value(self, fields: Sequence[float]) -> Value:
        """The code's value that so many fields of the page hold."""
        return int(fields[0]) if self.is_categorical else tuple(float(field) for field in fields)


def find_controls(client: Client) -> tuple[Control, ...]:
    """Asks a server for a model's codes, by name.

    The metadata gives names and the signatures; what one draw of codes looks like gives kinds,
    dimensions and ranges, and what the model reads off an image gives numbers of categories.

    Args:
        client: of the model.

    Raises:
        ValueError: for a model that `export_savedmodel` did not write.
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
    """The codes that a page's fields hold, the controls' fields one after the other."""
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
