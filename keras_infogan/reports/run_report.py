"""The report of one run: a page that needs no network."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from keras_infogan.evaluation.groups import INTERVALS
from keras_infogan.reports import illustrations, page
from keras_infogan.runs.directory import WorkDirectory
from keras_infogan.studies import results, scores
from keras_infogan.studies.results import StudyRun

MOMENTS = 6  # how many pictures of each code over training are shown


class Score(NamedTuple):
    """A score of the evaluation; each field is text."""

    title: str
    value: str
    interval: str
    entropy: str


class Evaluation(NamedTuple):
    """An evaluation: how many real and generated images it is from, and its scores."""

    images: str
    samples: str
    scores: list[Score]


class CodePictures(NamedTuple):
    """Pictures of a code over training, and what their rows and columns are."""

    name: str
    description: str
    figures: list[page.Figure]


def render(directory: WorkDirectory) -> str:
    """Makes the page of a run, finished or not.

    Args:
        directory: the work directory of the run.

    Returns:
        An HTML document without references to anything outside it: curves, what each code does
        over training, the evaluation with its intervals, confusion pictures, config, machine.

    Raises:
        ValueError: no run is there, or a file of it is damaged.

    Examples:
        >>> Path("report.html").write_text(render(WorkDirectory("runs/mnist")))   # doctest: +SKIP
    """
    config = directory.read_config()
    run = results.read_run(directory, config["seed"])
    return page.render_template(
        "run.html",
        title=f"{config['name']}, seed {config['seed']}",
        state=_state(run, config),
        workdir=directory.path,
        evaluation=_evaluation(run),
        curves=illustrations.curves_of([run]) if run.history else [],
        pictures=_pictures(run),
        confusion=_confusion(directory),
        config=json.dumps(config, indent=2),
        machine=_machine(run),
    )


def _state(run: StudyRun, config: Mapping[str, Any]) -> str:
    step = results.updates(run) if run.history or run.scores else 0
    state = "trained" if run.directory.model.is_file() else "unfinished"
    evaluated = "evaluated" if run.scores else "not evaluated"
    return f"Update {step:,} of {config['steps']:,}; {state}, {evaluated}. {page.written()}"


def _evaluation(run: StudyRun) -> Evaluation | None:
    if not run.scores:
        return None
    record = json.loads(run.directory.evaluation.read_text(encoding="utf-8"))
    intervals = record.get(INTERVALS, {})
    found = []
    for name, value in run.scores.items():
        if "/" not in name or name.startswith("entropy/"):
            continue
        kind, _, of = name.partition("/")
        entropy = run.entropies.get(of) if kind == "information" else None
        between = intervals.get(name)
        interval = f"{between[0]:.4f} to {between[1]:.4f}" if between else page.NO_VALUE
        limit = page.NO_VALUE if entropy is None else f"{entropy:.4f}"
        found.append(Score(scores.title(name), f"{value:.4f}", interval, limit))
    return Evaluation(f"{record.get('images', 0):,}", f"{record.get('samples', 0):,}", found)


def _pictures(run: StudyRun) -> list[CodePictures]:
    found = []
    for name, series in results.find_pictures(run.directory.images).items():
        figures = [
            page.Figure(
                "picture",
                page.png_data_uri(path),
                f"{name}: generated images at update {step:,}",
                f"Update {step:,}",
            )
            for step, path in _spaced(series)
        ]
        found.append(CodePictures(name, illustrations.walk(run.codes, name), figures))
    return found


def _spaced(pictures: list[tuple[int, Path]]) -> list[tuple[int, Path]]:
    """At most `MOMENTS` pictures at even distances; the last one is always among them."""
    last = len(pictures) - 1
    count = min(MOMENTS, len(pictures))
    chosen = {round(last * index / max(count - 1, 1)) for index in range(count)} | {last}
    return [pictures[index] for index in sorted(chosen)]


def _confusion(directory: WorkDirectory) -> list[page.Figure]:
    figures = []
    for path in sorted(directory.path.glob("confusion-*.png")):
        name = path.stem.removeprefix("confusion-")
        caption = (
            f"{name}: percent of the test images of each class (row) that have each value (column)"
        )
        figures.append(page.Figure("picture", page.png_data_uri(path), caption, caption))
    return figures


def _machine(run: StudyRun) -> list[tuple[str, Any]]:
    seconds = sum(epoch.get("seconds", 0.0) for epoch in run.history)
    speeds = [epoch["images_per_second"] for epoch in run.history if "images_per_second" in epoch]
    facts = {
        "training": f"{seconds / 60:,.1f} minutes of wall time, without pictures and saving",
        "speed": f"{speeds[-1]:,.0f} images/s in the last epoch" if speeds else page.NO_VALUE,
        **run.directory.read_machine(),
    }
    return list(facts.items())
