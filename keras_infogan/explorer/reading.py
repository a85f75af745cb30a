"""q(c|x) of one image: the most probable codes, their entropy, and a picture of both."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from keras_infogan.explorer.controls import Control, Value

FIGURE_WIDTH, PANEL_HEIGHT = 5.0, 1.9  # inches
COLOR = "tab:blue"


@dataclass(frozen=True)
class CodeReading:
    """q(c|x) of one code for one image.

    Args:
        control: of the code.
        mean: float [size]: a probability per category, or the mean of each dimension.
        stddev: float [size] of a continuous code.

    Examples:
        >>> digit = CodeReading(Control("digit", "categorical", 2), np.array([0.5, 0.5]))
        >>> round(digit.entropy, 3)
        0.693
    """

    control: Control
    mean: np.ndarray
    stddev: np.ndarray | None = None

    @property
    def value(self) -> Value:
        """The code for the generator: the most probable category, or the mean."""
        if self.control.is_categorical:
            return int(self.mean.argmax())
        rounded = np.rint(self.mean) if self.control.kind == "binary" else self.mean
        return tuple(float(number) for number in rounded)

    @property
    def entropy(self) -> float:
        """H(q) in nats; the differential entropy for continuous codes.

        Categorical: -sum_k p_k ln p_k. Binary: the same sum for each dimension, added up.
        Continuous: sum_d ln(2 pi e stddev_d^2) / 2.
        """
        if self.stddev is not None and self.control.kind == "continuous":
            return float(np.log(2 * math.pi * math.e * self.stddev**2).sum() / 2)
        if self.control.is_categorical:
            return _entropy(self.mean)
        return _entropy(self.mean) + _entropy(1.0 - self.mean)

    @property
    def sentence(self) -> str:
        """The reading in words, Markdown."""
        name, entropy = self.control.name, self.entropy
        if self.control.is_categorical:
            highest = math.log(self.control.size)
            said = f"{self.value} (probability {self.mean.max():.3f})"
            return f"**{name}: {said}**, entropy {entropy:.2f} of at most {highest:.2f} nats"
        spread = np.zeros_like(self.mean) if self.stddev is None else self.stddev
        said = ", ".join(
            f"{mean:.2f} ± {deviation:.2f}"
            for mean, deviation in zip(self.mean, spread, strict=True)
        )
        return f"**{name}: {said}**, entropy {entropy:.2f} nats"


def readings_of(
    controls: Sequence[Control], outputs: Mapping[str, np.ndarray]
) -> tuple[CodeReading, ...]:
    """The readings of all codes, from the output of `ServedModel.recognize`.

    Args:
        controls: the controls of the model.
        outputs: one array per output of the signature `recognize`.
    """
    return tuple(
        CodeReading(control, outputs[f"{control.name}_probabilities"])
        if control.is_categorical
        else CodeReading(
            control, outputs[f"{control.name}_mean"], outputs[f"{control.name}_stddev"]
        )
        for control in controls
    )


def bars(readings: Sequence[CodeReading]) -> np.ndarray:
    """A picture of readings, one panel per code: one bar per category, or per dimension's mean.

    Returns:
        uint8 [H, W, 3].
    """
    figure = Figure(figsize=(FIGURE_WIDTH, PANEL_HEIGHT * len(readings)), dpi=100)
    canvas = FigureCanvasAgg(figure)
    panels = figure.subplots(len(readings), squeeze=False)[:, 0]
    for axes, reading in zip(panels, readings, strict=True):
        _draw(axes, reading)
    figure.tight_layout()
    canvas.draw()
    return np.array(canvas.buffer_rgba())[..., :3]


def _draw(axes: Axes, reading: CodeReading) -> None:
    control = reading.control
    axes.bar(range(control.size), reading.mean, yerr=reading.stddev, color=COLOR, capsize=4)
    axes.set_title(f"q({control.name} | x), entropy {reading.entropy:.2f} nats", fontsize=10)
    axes.set_xticks(range(control.size))
    if control.is_categorical:
        axes.set_ylim(0.0, 1.0)
        axes.set_ylabel("probability")
    else:
        axes.set_xticks(range(control.size), [str(place + 1) for place in range(control.size)])
        axes.set_ylim(1.5 * control.low, 1.5 * control.high)
        axes.axhline(0.0, color="black", linewidth=0.8)
        axes.set_ylabel("mean ± stddev")


def _entropy(probabilities: np.ndarray) -> float:
    """-sum p ln p; a probability of 0 adds nothing."""
    positive = probabilities[probabilities > 0].astype(np.float64)
    return max(0.0, -float((positive * np.log(positive)).sum()))  # not -0.0
