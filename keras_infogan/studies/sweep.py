"""Sweeps: a study of one config with every combination of some fields' values."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import Any

from keras_infogan.studies.definition import Row, Study
from keras_infogan.studies.plan import parse_value

_NO_NAME = re.compile(r"[^a-z0-9_]")


def sweep(config: str, grid: Sequence[str], seeds: int = 1) -> Study:
    """The study whose rows are the combinations of a grid.

    Args:
        config: the name of a built-in experiment.
        grid: "FIELD=VALUE,VALUE,..." for each field, with values as Python writes them, else
            strings. The last field changes fastest.
        seeds: runs of each combination.

    Raises:
        ValueError: no grid, a field without values or twice, the field "seed", or two
            combinations whose rows would have the same name.

    Examples:
        >>> [row.name for row in sweep("mnist", ["batch_size=64,128", "objective=hinge"]).rows]
        ['batch_size_64__objective_hinge', 'batch_size_128__objective_hinge']
    """
    fields = dict(_field(text) for text in grid)
    if not grid or len(fields) < len(grid):
        raise ValueError(
            f"`grid` should name at least one field, and each once. Received: {list(grid)}"
        )
    if "seed" in fields:
        raise ValueError("`grid` should leave the seed to `seeds`. Received: 'seed'")
    rows = [
        _row(config, dict(zip(fields, values, strict=True)))
        for values in itertools.product(*fields.values())
    ]
    return Study(
        name=f"sweep_{config}",
        title=f"{config}: a sweep over {', '.join(fields)}",
        source="no paper: your own sweep",
        about=f"What do {', '.join(fields)} do to {config}?",
        rows=tuple(rows),
        seeds=seeds,
        flags=(f"--sweep={config}", *(f"--grid={text}" for text in grid)),
    )


def _field(text: str) -> tuple[str, list[Any]]:
    field, _, values = text.partition("=")
    if not field or not values:
        raise ValueError(f"`grid` should be FIELD=VALUE,VALUE,... Received: {text!r}")
    return field, [parse_value(each) for each in values.split(",")]


def _row(config: str, settings: dict[str, Any]) -> Row:
    name = "__".join(f"{_short_name(field)}_{each}" for field, each in settings.items())
    return Row(
        name=_NO_NAME.sub("_", name.lower()),
        label=", ".join(f"{field} = {each}" for field, each in settings.items()),
        config=config,
        reported="Nothing: not from a paper.",
        overrides=settings,
    )


def _short_name(field: str) -> str:
    """The last part of a field's name; for a code's size, the name of the code."""
    *parents, last = field.split(".")
    return parents[-1] if parents and last == "size" else last
