"""The codes of a grid of images: what changes from row to row and from column to column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from keras_infogan.explorer.controls import Codes, Control

NOISE = "noise"


class Axis(NamedTuple):
    """What changes along one direction of a grid: a categorical code, or one dimension.

    Attributes:
        control: of the code.
        dimension: the dimension of a code that is not categorical; 0 otherwise.
    """

    control: Control
    dimension: int = 0

    @property
    def label(self) -> str:
        """The code's name; with the dimension, counted from 1, if the code has several."""
        many = self.control.fields > 1
        return f"{self.control.name} {self.dimension + 1}" if many else self.control.name

    def levels(self, steps: int) -> np.ndarray:
        """Its values: all values of a categorical or binary code, or `steps` values of a range."""
        control = self.control
        if control.is_categorical:
            return np.arange(control.size)
        return np.linspace(control.low, control.high, 2 if control.kind == "binary" else steps)

    def set_values(
        self, codes: Mapping[str, np.ndarray], values: np.ndarray
    ) -> dict[str, np.ndarray]:
        """The codes of a batch with this axis at `values`, [B]."""
        name = self.control.name
        if self.control.is_categorical:
            return {**codes, name: values}
        changed = codes[name].copy()
        changed[:, self.dimension] = values
        return {**codes, name: changed}


class Grid(NamedTuple):
    """A grid to ask a model for.

    Attributes:
        codes: one value per code and image, in the order of rows.
        seeds: int64 [rows x columns].
        columns: images per row.
        caption: what the rows and the columns are.
    """

    codes: dict[str, np.ndarray]
    seeds: np.ndarray
    columns: int
    caption: str


def axes_of(controls: Sequence[Control]) -> dict[str, Axis]:
    """Every axis that a grid may have, by label."""
    axes = [Axis(control, dimension) for control in controls for dimension in range(control.fields)]
    return {axis.label: axis for axis in axes}


def make_grid(
    codes: Codes, seed: int, across: Axis, down: Axis | None, rows: int, columns: int
) -> Grid:
    """Makes the codes and the seeds of a grid of images.

    Args:
        codes: the values of the codes that neither axis changes.
        seed: the seed of the noise. If the rows are noise, they have this seed and the next ones.
        across: what changes from column to column.
        down: what changes from row to row; None for noise.
        rows, columns: how many rows of noise, and how many values of a range. A categorical code
            shows all its values.

    Raises:
        ValueError: both axes are the same.

    Examples:
        >>> digit = Axis(Control("digit", "categorical", 10))
        >>> grid = make_grid({"digit": 0}, seed=0, across=digit, down=None, rows=8, columns=8)
        >>> grid.seeds.shape
        (80,)
    """
    if across == down:
        raise ValueError(f"Rows and columns should differ. Received: {across.label} twice")
    across_levels = across.levels(columns)
    down_levels = seed + np.arange(rows) if down is None else down.levels(columns)
    size = len(down_levels) * len(across_levels)
    batch = {
        name: np.repeat(np.asarray(value)[np.newaxis], size, 0) for name, value in codes.items()
    }
    batch = across.set_values(batch, np.tile(across_levels, len(down_levels)))
    repeated = np.repeat(down_levels, len(across_levels))
    if down is None:
        seeds, rows_are = repeated, f"noise (seeds {seed} to {seed + rows - 1})"
    else:
        batch, seeds = down.set_values(batch, repeated), np.full(size, seed)
        rows_are = _range(down, down_levels)
    caption = f"Columns: {_range(across, across_levels)}. Rows: {rows_are}."
    return Grid(batch, seeds, len(across_levels), caption)


def _range(axis: Axis, levels: np.ndarray) -> str:
    return f"{axis.label} from {levels[0]:g} to {levels[-1]:g}"
