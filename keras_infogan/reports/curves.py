"""Curves over training as SVG pictures that follow the reader's light or dark theme."""

from __future__ import annotations

import base64
import io
import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from keras_infogan.studies.results import History

# Safe for color-blind readers, on white and on black (after Okabe and Ito).
COLORS = ("#2f86c6", "#d9822b", "#12967a", "#b85c9e", "#8a8a8a", "#a3862a")
DASHES: tuple[Any, ...] = ("-", (0, (5, 1.5)), (0, (8, 1.5, 1, 1.5)), (0, (2, 1)))
SIZE = (4.0, 2.7)  # inches
PLACEHOLDER = "#010203"  # no curve has this color; it is replaced by the text color of the page
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "keras_infogan",  # equal curves give equal bytes
    "font.family": "sans-serif",
    "font.size": 9.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    **dict.fromkeys(
        ("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color"),
        PLACEHOLDER,
    ),
}
THEME = "<style>svg{color:#24292f}@media(prefers-color-scheme:dark){svg{color:#d8dee4}}</style>"


def data_uri(svg: str) -> str:
    """An SVG as a `data:` address, for an `img` element."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode("utf-8")).decode("ascii")


def draw(
    histories: Sequence[History],
    names: Sequence[str],
    unit: str,
    limits: Mapping[str, float] | None = None,
) -> str:
    """Draws logs against updates: a thin line per run, a thick line for their mean.

    Args:
        histories: the runs' rows of `metrics.csv`.
        names: the logs to draw, each in its own color.
        unit: the unit of the vertical axis.
        limits: the entropy of a log by its name, drawn as a dotted line.

    Returns:
        An SVG document without references to anything outside it.
    """
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=SIZE, layout="constrained")
        axes = figure.add_subplot()
        looks = zip(itertools.cycle(COLORS), itertools.cycle(DASHES), strict=False)
        for name, (color, dashes) in zip(names, looks, strict=False):
            runs = [points(history, name) for history in histories]
            _draw_runs(axes, runs, color, dashes, name)
            if limits and name in limits:
                _draw_limit(axes, name, limits[name], color)
        axes.set_xlabel("updates")
        axes.set_ylabel(unit)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
        axes.grid(alpha=0.18, color="#808080")
        figure.legend(loc="outside upper left", ncols=2, frameon=False, fontsize=8.0)
        return _svg(figure)


def points(history: History, name: str) -> dict[float, float]:
    """The finite values of a log by update."""
    found = {epoch["step"]: epoch.get(name, math.nan) for epoch in history}
    return {step: value for step, value in found.items() if math.isfinite(value)}


def mean_points(runs: Sequence[Mapping[float, float]]) -> dict[float, float]:
    """The mean of the runs with the highest update, at the updates that all of them have.

    Examples:
        >>> mean_points([{1.0: 2.0, 2.0: 3.0}, {1.0: 4.0, 2.0: 5.0}, {1.0: 90.0}])
        {1.0: 3.0, 2.0: 4.0}
    """
    furthest = max((max(run) for run in runs if run), default=0.0)
    whole = [run for run in runs if furthest in run]
    shared = sorted(set.intersection(*(set(run) for run in whole))) if whole else []
    return {step: math.fsum(run[step] for run in whole) / len(whole) for step in shared}


def _draw_runs(
    axes: Any, runs: Sequence[Mapping[float, float]], color: str, dashes: Any, label: str
) -> None:
    drawn = [run for run in runs if run]
    if len(drawn) > 1:
        for run in drawn:
            axes.plot(*_columns(run), color=color, linewidth=0.7, alpha=0.45)
    mean = mean_points(drawn)
    marker = "o" if len(mean) == 1 else None
    axes.plot(
        *_columns(mean), color=color, linestyle=dashes, linewidth=1.8, marker=marker, label=label
    )


def _draw_limit(axes: Any, name: str, value: float, color: str) -> None:
    axes.axhline(value, color=color, linewidth=0.9, linestyle=(0, (1, 2.5)))
    axes.annotate(
        f"H({name.rpartition('/')[2]}) {value:.3f}",
        (0.0, value),
        xycoords=("axes fraction", "data"),
        xytext=(2, 2),
        textcoords="offset points",
        fontsize=7.5,
        color=color,
    )


def _columns(points: Mapping[float, float]) -> tuple[list[float], list[float]]:
    return list(points), list(points.values())


def _svg(figure: Figure) -> str:
    """The SVG element of a figure, without the XML prolog (it has a link to a DTD) and metadata."""
    buffer = io.StringIO()
    nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    figure.savefig(buffer, format="svg", transparent=True, metadata=nothing)
    drawn = buffer.getvalue()
    drawn = drawn[drawn.index("<svg") :].replace(PLACEHOLDER, "currentColor")
    opening_ends = drawn.index(">") + 1
    return drawn[:opening_ends] + THEME + drawn[opening_ends:]
