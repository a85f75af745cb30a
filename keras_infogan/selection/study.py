"""The study behind a selection: a sweep over numbers of codes that is measured without labels."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from keras_infogan.runs.building import build_latents
from keras_infogan.runs.registry import CODE_KINDS
from keras_infogan.selection.candidates import FEWEST_SEEDS, INFORMATION
from keras_infogan.studies.definition import Row, Study
from keras_infogan.studies.sweep import sweep

CODES = "latents.codes."
DEFAULT_SEEDS = 3


def selection_study(
    config: str,
    categories: Sequence[str] = (),
    continuous: Sequence[str] = (),
    grid: Sequence[str] = (),
    seeds: int = DEFAULT_SEEDS,
) -> Study:
    """The study whose rows are the candidates: every combination of the sizes of codes.

    Args:
        config: the name of a built-in experiment.
        categories: sizes of the config's only categorical code, as text; 0 leaves it out.
        continuous: the same for its only continuous code.
        grid: "latents.codes.NAME.size=VALUE,VALUE,..." and other fields of codes.
        seeds: runs of each candidate, int >= 2.

    Raises:
        ValueError: nothing to choose from, a config with no code or several codes of the kind, a
            field that is not a code's, a candidate without codes, fewer than two seeds, or as for
            `sweep`.

    Examples:
        >>> [row.name for row in selection_study("mnist", ["8", "10"], ["0", "2"]).rows]
        ['digit_8__style_0', 'digit_8__style_2', 'digit_10__style_0', 'digit_10__style_2']
    """
    if seeds < FEWEST_SEEDS:
        raise ValueError(
            f"`seeds` should be at least {FEWEST_SEEDS}, to tell what is stable. Received: {seeds}"
        )
    given = {"categories": categories, "continuous": continuous}
    fields = [
        f"{_size_of_only_code(config, name)}={','.join(sizes)}"
        for name, sizes in given.items()
        if sizes
    ]
    fields += grid
    if others := [field for field in fields if not field.startswith(CODES)]:
        raise ValueError(f"`grid` should set fields of {CODES}NAME. Received: {others}")
    if not fields:
        raise ValueError(
            "There should be sizes to choose from: `categories`, `continuous` or `grid`. "
            "Received: none of them"
        )
    swept = sweep(config, fields, seeds)
    for row in swept.rows:
        if not build_latents(row.configuration(seed=0).latents).codes:
            raise ValueError(f"Every candidate should have a code. Received: {row.label}")
    flags = [f"--{name}={','.join(sizes)}" for name, sizes in given.items() if sizes]
    return dataclasses.replace(
        swept,
        name=f"select_{config}",
        title=f"{config}: how many codes?",
        source="no paper: your own selection",
        about="Which number of codes do seeds agree on, and are they read off the images? "
        "Labels are not looked at, except for the curves of accuracy below.",
        rows=tuple(
            dataclasses.replace(row, metrics=("held_out",), scores=(INFORMATION,))
            for row in swept.rows
        ),
        flags=(f"--config={config}", *flags, *(f"--grid={text}" for text in grid)),
        command="select",
    )


def _size_of_only_code(config: str, flag: str) -> str:
    """The size field of the config's only code of a kind; if several, of the only one in use."""
    is_discrete = flag == "categories"
    codes: dict[str, Any] = Row("base", "", config, "").configuration(0).latents.codes.to_dict()
    names = [
        name
        for name, code in codes.items()
        if code["kind"] in CODE_KINDS and CODE_KINDS[code["kind"]].is_discrete == is_discrete
    ]
    if len(names) > 1:
        names = [name for name in names if codes[name]["size"]]
    if len(names) != 1:
        raise ValueError(
            f"`{flag}` sets the size of a config's only code of that kind; of others say "
            f"grid={CODES}NAME.size=VALUE,VALUE,... Received: {config!r}, with {list(codes)}"
        )
    return f"{CODES}{names[0]}.size"
