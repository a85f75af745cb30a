"""The pictures of one experiment: its curves over training, and what its codes do."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from keras_infogan.reports import curves, page
from keras_infogan.studies import scores
from keras_infogan.studies.results import History, StudyRun

# The heading, the unit of the vertical axis, and which logs the curve shows.
CURVES = (
    ("Losses", "loss", lambda name: name.endswith("_loss")),
    ("Information", "nats", lambda name: name.startswith("information/")),
    ("Accuracy of codes", "accuracy", lambda name: name.startswith("code_accuracy/")),
)


class Pictures(NamedTuple):
    """The last pictures of a run.

    Attributes:
        title: the run's seed, its status and its accuracy.
        figures: one per code; none where no pictures were written.
    """

    title: str
    figures: list[page.Figure]


def curves_of(runs: Sequence[StudyRun]) -> list[page.Figure]:
    """Curves of the losses, the information and the accuracy of a row against updates.

    Args:
        runs: one or more runs that finished an epoch.
    """
    histories = [run.history for run in runs]
    names = dict.fromkeys(name for history in histories for name in history[-1])
    entropies = {f"information/{name}": value for name, value in runs[0].entropies.items()}
    figures = []
    for heading, unit, is_shown in CURVES:
        shown = [name for name in names if is_shown(name)]
        limits = {name: value for name, value in entropies.items() if name in shown}
        if shown:
            source = curves.data_uri(curves.draw(histories, shown, unit, limits))
            alternative = _describe(heading, histories, shown)
            caption = _caption(heading, len(histories), limits)
            figures.append(page.Figure("curve", source, alternative, caption))
    return figures


def pictures_of(run: StudyRun) -> Pictures:
    """The last picture of each code of a run, with or without pictures."""
    reached = scores.accuracy(run.scores)
    outcome = "" if math.isnan(reached) else f", accuracy {reached:.3f}"
    title = f"Pictures of seed {run.seed} ({run.record.status}{outcome})"
    figures = []
    for name, path in run.pictures.items():
        caption = f"{walk(run.codes, name)} At update {int(path.stem.rpartition('-')[2]):,}."
        alternative = f"Generated images, seed {run.seed}. {caption}"
        figures.append(page.Figure("picture", page.png_data_uri(path), alternative, caption))
    return Pictures(title, figures)


def _caption(heading: str, seeds: int, limits: Mapping[str, float]) -> str:
    lines = "Thin lines are seeds, the thick line is their mean." if seeds > 1 else "One seed."
    dotted = " Dotted lines show the entropy in the same color." if limits else ""
    return f"{heading} against updates. {lines}{dotted}"


def _describe(heading: str, histories: Sequence[History], names: Sequence[str]) -> str:
    """A curve in words: the last value of each line."""
    ends = []
    for name in names:
        mean = curves.mean_points([curves.points(history, name) for history in histories])
        if mean:
            step, value = max(mean.items())
            ends.append(f"{name} ends at {value:.3f} (update {step:,.0f})")
    return f"{heading} against updates: {'; '.join(ends) or 'no finite value'}."


def walk(codes: Mapping[str, Any], name: str) -> str:
    """Says what the rows and columns of a traversal are.

    Args:
        codes: kind and size of each code, by name.
        name: the name of a code, or of a picture that belongs to no code.
    """
    code = codes.get(name)
    if code is None:
        return "Generated images: draws of all latents."
    rows = "Rows: draws of all other latents."
    if code["kind"] == "categorical":
        return f"{rows} Columns: the {code['size']} values of the code {name!r}."
    dimensions = "its one dimension"
    if code["size"] > 1:
        dimensions = f"its {code['size']} dimensions side by side, each"
    return f"{rows} Columns: the code {name!r}, {dimensions} from its lowest value to its highest."
