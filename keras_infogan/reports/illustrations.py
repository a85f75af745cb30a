"""The pictures of one experiment: its curves over training, and what its codes do."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from keras_infogan.reports import curves, page
from keras_infogan.studies import scores
from keras_infogan.studies.results import History, StudyRun

# Heading, unit of the vertical axis, and which logs a curve of that kind shows.
CURVES = (
    ("Losses", "loss", lambda name: name.endswith("_loss")),
    ("Information", "nats", lambda name: name.startswith("information/")),
    ("Accuracy of codes", "accuracy", lambda name: name.startswith("code_accuracy/")),
)


def curves_of(runs: Sequence[StudyRun]) -> Iterable[str]:
    """The losses, the information and the accuracy of a row over its updates, as markup.

    Args:
        runs: that came to an epoch, at least one.
    """
    histories = [run.history for run in runs]
    names = dict.fromkeys(name for history in histories for name in history[-1])
    yield '<div class="figures">'
    for heading, unit, is_shown in CURVES:
        shown = [name for name in names if is_shown(name)]
        entropies = {f"information/{name}": value for name, value in runs[0].entropies.items()}
        limits = {name: value for name, value in entropies.items() if name in shown}
        if shown:
            yield page.figure(
                "curve",
                curves.data_uri(curves.draw(histories, shown, unit, limits)),
                _describe(heading, histories, shown),
                _caption(heading, len(histories), limits),
            )
    yield "</div>"


def pictures_of(run: StudyRun, is_open: bool) -> str:
    """The last picture of each code of a run, as markup that folds.

    Args:
        run: with or without pictures.
        is_open: whether readers see it without unfolding.
    """
    reached = scores.accuracy(run.scores)
    outcome = "" if math.isnan(reached) else f", accuracy {reached:.3f}"
    pieces = [
        f"<details{' open' if is_open else ''}>",
        f"<summary>Pictures of seed {run.seed} ({run.record.status}{outcome})</summary>",
    ]
    if not run.pictures:
        pieces.append('<p class="faint">No pictures were written.</p>')
    pieces.append('<div class="figures">')
    for name, path in run.pictures.items():
        caption = f"{walk(run.codes, name)} At update {int(path.stem.rpartition('-')[2]):,}."
        alternative = f"Generated images, seed {run.seed}. {caption}"
        pieces.append(page.figure("picture", page.png_data_uri(path), alternative, caption))
    return "\n".join([*pieces, "</div></details>"])


def _caption(heading: str, seeds: int, limits: Mapping[str, float]) -> str:
    lines = "Thin lines are seeds, the thick one is their mean" if seeds > 1 else "One seed"
    dotted = "; dotted, in the same colour: the entropy" if limits else ""
    return f"{heading} against updates. {lines}{dotted}."


def _describe(heading: str, histories: Sequence[History], names: Sequence[str]) -> str:
    """A curve in words: where each line ends."""
    ends = []
    for name in names:
        mean = curves.mean_points([curves.points(history, name) for history in histories])
        if mean:
            step, value = max(mean.items())
            ends.append(f"{name} ends at {value:.3f} (update {step:,.0f})")
    return f"{heading} against updates: {'; '.join(ends) or 'no finite value'}."


def walk(codes: Mapping[str, Any], name: str) -> str:
    """What the rows and columns of a traversal are.

    Args:
        codes: kind and size of each code, by name.
        name: of a code, or of a picture of no code.
    """
    code = codes.get(name)
    if code is None:
        return "Generated images: draws of all latents."
    rows = "Rows: draws of all other latents."
    if code["kind"] == "categorical":
        return f"{rows} Columns: the {code['size']} values of the code {name!r}."
    dimensions = "its one dimension"
    if code["size"] > 1:
        dimensions = f"its {code['size']} dimensions one beside the other, each"
    return f"{rows} Columns: the code {name!r}, {dimensions} from its lowest value to its highest."
