"""Compares runs, and tests whether their differences exceed the spread over seeds."""

from __future__ import annotations

import dataclasses
import json
import math
import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.stats import ttest_ind_from_stats

from keras_infogan.evaluation.groups import without_label
from keras_infogan.runs.defaults import flattened
from keras_infogan.runs.directory import WorkDirectory
from keras_infogan.runtime.tables import format_table

SIGNIFICANCE = 0.05
# Fields of a record that are not scores of the model.
_CIRCUMSTANCES = ("seed", "step", "images", "samples")
# The seed decides which code, or which dimension of it, changes what, and with which sign.
_BY_DIMENSION = ("rank_correlation/", "monotonicity/", "attribute_code/")


@dataclasses.dataclass(frozen=True)
class Group:
    """Runs of one config, over seeds.

    Attributes:
        label: the config's name, and the fields that differ from other configs of this name.
        runs: the scores of each, name -> float.
    """

    label: str
    runs: tuple[Mapping[str, float], ...]

    def values(self, score: str) -> list[float]:
        """A score's finite values over the runs that have it."""
        values = [run[score] for run in self.runs if score in run]
        return [value for value in values if math.isfinite(value)]


def read_groups(paths: Sequence[str | os.PathLike[str]]) -> list[Group]:
    """Reads evaluated runs, and groups those whose configs differ only in the seed.

    Args:
        paths: work directories of evaluated runs.

    Raises:
        ValueError: fewer than two directories, one twice, two runs of one config and seed, one
            without a run or an evaluation, or a damaged one.
    """
    if len(paths) < 2:
        raise ValueError(f"There should be two runs or more. Received: {list(map(str, paths))}")
    resolved = [os.path.realpath(path) for path in paths]
    if len(set(resolved)) < len(resolved):
        raise ValueError(f"Each run should be named once. Received: {list(map(str, paths))}")
    members: dict[str, dict[int, dict[str, float]]] = {}
    settings: dict[str, dict[str, Any]] = {}
    for path in paths:
        directory = WorkDirectory(path)
        config = flattened(directory.read_config())
        seed = config.pop("seed", None)
        scores = directory.read_scores()
        # Scores over different numbers of images are not comparable.
        config.update({name: scores.get(name) for name in ("images", "samples")})
        key = json.dumps(config, sort_keys=True)
        settings[key] = config
        runs = members.setdefault(key, {})
        if seed in runs:
            raise ValueError(
                "Runs of one config should have different seeds. "
                f"Received: {directory.path}, whose seed {seed} another run has"
            )
        runs[seed] = {without_label(name): value for name, value in scores.items()}
    labels = _labels(list(settings.values()))
    return [
        Group(label, tuple(runs.values()))
        for label, runs in zip(labels, members.values(), strict=True)
    ]


def differs(first: Sequence[float], second: Sequence[float]) -> bool | None:
    """Whether two means differ by more than the spread over seeds explains.

    Welch's t-test at 5%, two-sided: of twenty scores whose true values are equal, one seems to
    differ.

    Returns:
        None where either side has fewer than two values, which have no spread.

    Examples:
        >>> differs([0.70, 0.72, 0.88], [0.98, 0.97, 0.98])   # the first vary too much
        False
    """
    if min(len(first), len(second)) < 2:
        return None
    if np.ptp(first) == np.ptp(second) == 0:
        return bool(first[0] != second[0])
    # ttest_ind warns about a variance of zero.
    sides = [part for side in (first, second) for part in _moments(side)]
    return bool(ttest_ind_from_stats(*sides, equal_var=False).pvalue < SIGNIFICANCE)


def _moments(values: Sequence[float]) -> tuple[float, float, int]:
    """Mean, standard deviation and number."""
    return float(np.mean(values)), float(np.std(values, ddof=1)), len(values)


def table(groups: Sequence[Group]) -> str:
    """The scores of groups as lines: means, deviations over seeds, and what differs.

    The other groups are compared with the first.
    """
    names = dict.fromkeys(
        name
        for group in groups
        for run in group.runs
        for name in run
        if name not in _CIRCUMSTANCES and not name.startswith(("entropy/", *_BY_DIMENSION))
    )
    heads = [f"{group.label} (n={len(group.runs)})" for group in groups]
    rows = [(name, *_cells(groups, name)) for name in names]
    lines = [format_table(rows, ("score", *heads))]
    if len(groups) == 1:
        lines.append("One config only: mean and standard deviation over its seeds.")
    elif any(cell.endswith("*") for row in rows for cell in row):
        lines.append(
            f"* differs from {groups[0].label} by more than the spread over seeds "
            f"(Welch's t-test, p < {SIGNIFICANCE})"
        )
    elif all(len(group.runs) > 1 for group in groups):
        lines.append("No difference exceeds the spread over seeds (Welch's t-test).")
    if any(len(group.runs) == 1 for group in groups):
        lines.append("A single run has no spread: evaluate more seeds to compare.")
    return "\n".join(lines)


def _cells(groups: Sequence[Group], score: str) -> list[str]:
    first = groups[0].values(score)
    return [
        _cell(group.values(score), index > 0 and differs(first, group.values(score)))
        for index, group in enumerate(groups)
    ]


def _cell(values: Sequence[float], is_different: bool | None) -> str:
    if not values:
        return "-"
    text = f"{np.mean(values):.4f}"
    if len(values) > 1:
        text += f" +- {np.std(values, ddof=1):.4f}"
    return f"{text} *" if is_different else text


def _labels(settings: Sequence[Mapping[str, Any]]) -> list[str]:
    """Each config's name; if several configs share it, with the fields in which they differ."""
    labels = []
    for config in settings:
        others = [other for other in settings if other.get("name") == config.get("name")]
        fields = [
            field
            for field in sorted({field for other in others for field in other})
            if any(other.get(field) != config.get(field) for other in others)
        ]
        differences = ", ".join(f"{field}={config.get(field)}" for field in fields)
        name = str(config.get("name"))
        labels.append(f"{name}, {differences}" if differences else name)
    return labels
