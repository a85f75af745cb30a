"""The report of one run: a page that needs no network."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from keras_infogan.evaluation.groups import INTERVALS
from keras_infogan.reports import illustrations, page
from keras_infogan.runs.directory import WorkDirectory
from keras_infogan.studies import results, scores
from keras_infogan.studies.results import StudyRun

MOMENTS = 6  # of training that pictures are shown of


def render(directory: WorkDirectory) -> str:
    """The page of a run, finished or not.

    Args:
        directory: the run's.

    Returns:
        An HTML document without references to anything outside it: curves, what each code does
        over training, the evaluation with its intervals, confusion pictures, config, machine.

    Raises:
        ValueError: no run is there, or a file of it is damaged.

    Example:

    >>> Path("report.html").write_text(render(WorkDirectory("runs/mnist")))   # doctest: +SKIP
    """
    config = directory.read_config()
    run = results.read_run(directory, config["seed"])
    title = f"{config['name']}, seed {config['seed']}"
    sections = [
        ("evaluation", "Evaluation", _evaluation(run)),
        ("curves", "Training", _training(run)),
        ("pictures", "What each code does", _pictures(run)),
        ("confusion", "Codes against labels", _confusion(directory)),
        ("config", "Config", _config(config)),
        ("machine", "Machine and time", _machine(run)),
    ]
    body = [
        f"<header><h1>{page.text(title)}</h1>",
        f'<p class="faint">{page.text(_state(run, config))}</p></header>',
        "<main>",
        *(page.section(*each) for each in sections),
        "</main>",
    ]
    return page.document(title, body)


def _state(run: StudyRun, config: Mapping[str, Any]) -> str:
    step = results.updates(run) if run.history or run.scores else 0
    state = "trained" if run.directory.model.is_file() else "unfinished"
    evaluated = "evaluated" if run.scores else "not evaluated"
    return f"Update {step:,} of {config['steps']:,}; {state}, {evaluated}. {page.written()}"


def _evaluation(run: StudyRun) -> Iterable[str]:
    if not run.scores:
        yield f'<p class="faint">Run infogan-evaluate --workdir={page.text(run.directory.path)}</p>'
        return
    record = json.loads(run.directory.evaluation.read_text(encoding="utf-8"))
    intervals = record.get(INTERVALS, {})
    rows = []
    for name, value in run.scores.items():
        if "/" not in name or name.startswith("entropy/"):
            continue
        kind, _, of = name.partition("/")
        entropy = run.entropies.get(of) if kind == "information" else None
        between = intervals.get(name)
        spread = page.NO_VALUE if not between else f"{between[0]:.4f} to {between[1]:.4f}"
        rows.append(
            f'<th scope="row">{page.text(scores.title(name))}</th>{page.number(f"{value:.4f}")}'
            f"{page.number(spread)}"
            f"{page.number(page.NO_VALUE if entropy is None else f'{entropy:.4f}')}"
        )
    yield page.table(
        f"On {record.get('images', 0):,} real and {record.get('samples', 0):,} generated images: "
        "each score, what 95% of bootstrap samples of the images give, and the entropy that an "
        "information could reach.",
        ("Score", "#value", "#95% of samples", "#entropy"),
        [rows],
    )


def _training(run: StudyRun) -> Iterable[str]:
    if run.history:
        yield from illustrations.curves_of([run])
    else:
        yield '<p class="faint">The run has not come to its first epoch yet.</p>'


def _pictures(run: StudyRun) -> Iterable[str]:
    if not run.pictures:
        yield '<p class="faint">No pictures were written.</p>'
    for name, series in results.find_pictures(run.directory.images).items():
        yield f"<h3>{page.text(name)}</h3>"
        yield f"<p>{page.text(illustrations.walk(run.codes, name))}</p>"
        yield '<div class="figures">'
        for step, path in _spaced(series):
            caption = f"Update {step:,}"
            alternative = f"{name}: generated images at update {step:,}"
            yield page.figure("picture", page.png_data_uri(path), alternative, caption)
        yield "</div>"


def _spaced(pictures: list[tuple[int, Path]]) -> list[tuple[int, Path]]:
    """Some of them, evenly apart, the last one always."""
    last = len(pictures) - 1
    count = min(MOMENTS, len(pictures))
    chosen = {round(last * index / max(count - 1, 1)) for index in range(count)} | {last}
    return [pictures[index] for index in sorted(chosen)]


def _confusion(directory: WorkDirectory) -> Iterable[str]:
    paths = sorted(directory.path.glob("confusion-*.png"))
    if not paths:
        yield '<p class="faint">No labels, or not evaluated.</p>'
        return
    yield '<div class="figures">'
    for path in paths:
        name = path.stem.removeprefix("confusion-")
        caption = f"{name}: how many test images of each class (rows) have each value (columns)"
        yield page.figure("picture", page.png_data_uri(path), caption, caption)
    yield "</div>"


def _config(config: Mapping[str, Any]) -> Iterable[str]:
    yield f"<pre>{page.text(json.dumps(config, indent=2))}</pre>"


def _machine(run: StudyRun) -> Iterable[str]:
    seconds = sum(epoch.get("seconds", 0.0) for epoch in run.history)
    speeds = [epoch["images_per_second"] for epoch in run.history if "images_per_second" in epoch]
    facts = {
        "training": f"{seconds / 60:,.1f} minutes of wall time, pictures and saving left out",
        "speed": f"{speeds[-1]:,.0f} images/s in the last epoch" if speeds else page.NO_VALUE,
        **run.directory.read_machine(),
    }
    yield page.table(
        "Where and how long; versions at the last start.",
        ("What", "Value"),
        [
            [f'<th scope="row">{page.text(name)}</th><td>{page.text(value)}</td>']
            for name, value in facts.items()
        ],
    )
