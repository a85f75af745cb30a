"""Scores over the runs of a row: mean and extremes, success rates, time to an accuracy."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from keras_infogan.evaluation.groups import without_label
from keras_infogan.studies.results import History, RowResult

ACCURACY = "code_accuracy"
REAL_FAKE = "information/real_fake"
KINDS = {
    "code_accuracy": "accuracy",
    "label_accuracy": "accuracy of given labels",
    "given_accuracy": "images of what is given,",
    "reader_accuracy": "accuracy of the reader on real images",
    "shown_accuracy": "accuracy in generated images",
    "shown_correlation": "|rank correlation| in generated images,",
    "target_distance": "distance to the target",
    "background_deviation": "deviation of the background",
    "object_shown": "objects shown",
    "object_kept": "objects kept",
    "keypoint_error": "keypoint error (pixels)",
    "reconstruction_error": "reconstruction error",
    "majority_accuracy": "majority accuracy",
    "nmi": "NMI",
    "ari": "ARI",
    "information": "information (nats)",
    "training_information": "information in training (nats)",
    "held_out_information": "held-out information (nats)",
    "frechet_distance": "Frechet distance,",
    "best_rank_correlation": "|rank correlation|,",
    "circular_correlation": "|circular correlation|,",
    "infomec": "InfoMEC",
    "jemmig": "JEMMIG",
    "tad": "TAD",
    "attribute": "balanced accuracy",
    "attribute_code": "number of the best code:",
    "attribute_shuffled": "balanced accuracy of shuffled labels: mean,",
    "attribute_shuffled_std": "balanced accuracy of shuffled labels: standard deviation,",
}


class Spread(NamedTuple):
    """Mean, lowest and highest of the finite values, and how many those are."""

    mean: float
    lowest: float
    highest: float
    finite: int


class ScoreLine(NamedTuple):
    """A score over a row's finished runs.

    Attributes:
        name: such as "code_accuracy/digit".
        spread: None if no run has a finite value.
        entropy: the entropy H(c) of an information's code, in nats; None for other scores.
    """

    name: str
    spread: Spread | None
    entropy: float | None


class Success(NamedTuple):
    """How many of the runs that finished or failed reached an accuracy."""

    threshold: float
    reached: int
    tried: int


def spread(values: Iterable[float]) -> Spread | None:
    """The spread of the finite values; None where there are none.

    Examples:
        >>> spread([0.5, 1.0, float("nan")])
        Spread(mean=0.75, lowest=0.5, highest=1.0, finite=2)
    """
    finite = [value for value in values if math.isfinite(value)]
    if not finite:
        return None
    return Spread(math.fsum(finite) / len(finite), min(finite), max(finite), len(finite))


def score_lines(result: RowResult) -> list[ScoreLine]:
    """The scores that a row should show, one line per code; also scores that no run has."""
    runs = [selected(run.scores, result.row.scores) for run in result.finished]
    names = list(dict.fromkeys(name for scores in runs for name in scores))
    lines = [
        ScoreLine(
            name,
            spread(scores[name] for scores in runs if name in scores),
            result.finished[0].entropies.get(code) if kind.endswith("information") else None,
        )
        for name in names
        for kind, _, code in (name.partition("/"),)
    ]
    shown = {part for name in names for part in (name, name.partition("/")[0])}
    missing = [kind for kind in result.row.scores if kind not in shown]
    return lines + [ScoreLine(kind, None, None) for kind in missing]


def selected(scores: Mapping[str, float], kinds: Sequence[str]) -> dict[str, float]:
    """The scores of these kinds or whole names, in the order of the kinds.

    A code has one line for any label that it was scored against: "code_accuracy/left/height"
    becomes "code_accuracy/left". "information" means that of codes; the real/fake information has
    to be named in full.
    """
    found = {}
    for kind in kinds:
        for name, value in scores.items():
            if name == kind or (name.startswith(f"{kind}/") and name != REAL_FAKE):
                found[without_label(name)] = value
    return found


def accuracy(scores: Mapping[str, float]) -> float:
    """The lowest accuracy of a run's categorical codes; NaN where none was scored."""
    values = list(selected(scores, (ACCURACY,)).values())
    return min(values) if values and not any(map(math.isnan, values)) else math.nan


def success(result: RowResult, threshold: float) -> Success:
    """How many runs reached an accuracy at their end; a failed run did not."""
    tried = [run for run in result.runs if run.was_tried]
    return Success(threshold, sum(accuracy(run.scores) >= threshold for run in tried), len(tried))


def time_to(history: History, threshold: float) -> tuple[float, float] | None:
    """When a run first reached an accuracy.

    Args:
        history: the rows of `metrics.csv`.
        threshold: of every categorical code.

    Returns:
        Updates, and minutes of training until the end of that epoch; None if it never did.
    """
    seconds = 0.0
    for epoch in history:
        seconds += epoch.get("seconds", math.nan)
        if accuracy(epoch) >= threshold:
            return epoch["step"], seconds / 60.0
    return None


def title(score: str) -> str:
    """The name of a score for readers.

    Examples:
        >>> title("code_accuracy/digit")
        'accuracy digit'
    """
    kind, _, code = score.partition("/")
    name = KINDS.get(kind, kind)
    if not code:
        return name
    if kind.endswith("information"):
        return name.replace("(nats)", f"{code.replace('real_fake', 'real/fake')} (nats)")
    return f"{name} {code}"
