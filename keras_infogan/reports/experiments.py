"""What the page of a study shows of one row: its scores, failures, curves and pictures."""

from __future__ import annotations

from typing import NamedTuple

from keras_infogan.reports import illustrations, page
from keras_infogan.studies import scores
from keras_infogan.studies.directory import FAILED
from keras_infogan.studies.results import RowResult, StudyRun, updates


class ComparisonLine(NamedTuple):
    """A score of a row: what readers call it, then mean, min, max, entropy and runs as text."""

    title: str
    numbers: tuple[str, ...]


class Failure(NamedTuple):
    """A run that failed: its seed, its last update and what ended it."""

    seed: int
    step: str
    message: str


class Experiment(NamedTuple):
    """What the page shows of a row of the study.

    Attributes:
        name, label, config, reported, note: as of the study's `Row`.
        settings: the fields that the row overrides; may be empty.
        lengths: the updates that its runs are configured for; may be empty.
        seeds: how many runs it has.
        lines: its scores, at least one.
        failures: its runs that failed.
        curves: over training; empty if no run finished an epoch.
        pictures: the pictures of each run that finished an epoch.
    """

    name: str
    label: str
    config: str
    reported: str
    note: str
    settings: str
    lengths: str
    seeds: int
    lines: list[ComparisonLine]
    failures: list[Failure]
    curves: list[page.Figure]
    pictures: list[illustrations.Pictures]


def describe_experiment(result: RowResult) -> Experiment:
    """A row of a study, as text and figures."""
    row = result.row
    # Rows that were run by themselves may have another number of updates than --steps has now.
    lengths = sorted({*map(_length, result.runs)} - {0})
    begun = [run for run in result.runs if run.history]
    return Experiment(
        row.name,
        row.label,
        row.config,
        row.reported,
        row.note,
        settings=", ".join(
            f"{name} = {value}" for name, value in row.overrides.items() if name != "steps"
        ),
        lengths=" or ".join(f"{length:,}" for length in lengths),
        seeds=len(result.runs),
        lines=_comparison_lines(result),
        failures=[
            Failure(run.seed, f"{updates(run):,}", run.record.message)
            for run in result.runs
            if run.record.status == FAILED
        ],
        curves=illustrations.curves_of(begun) if begun else [],
        pictures=[illustrations.pictures_of(run) for run in begun],
    )


def format_spread(spread: scores.Spread | None) -> tuple[str, str, str]:
    """Mean, lowest and highest as text."""
    if spread is None:
        return page.NO_VALUE, page.NO_VALUE, page.NO_VALUE
    return f"{spread.mean:.3f}", f"{spread.lowest:.3f}", f"{spread.highest:.3f}"


def _length(run: StudyRun) -> int:
    """The updates that a run is configured for; 0 for a run that has not started."""
    return run.directory.read_config()["steps"] if run.directory.config.exists() else 0


def _comparison_lines(result: RowResult) -> list[ComparisonLine]:
    lines = []
    for line in scores.score_lines(result):
        count = line.spread.finite if line.spread else 0
        entropy = page.NO_VALUE if line.entropy is None else f"{line.entropy:.3f}"
        numbers = (*format_spread(line.spread), entropy, f"{count} of {len(result.runs)}")
        lines.append(ComparisonLine(scores.title(line.name), numbers))
    return lines
