"""The report of a study: one page that needs no network, and a table for the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from keras_infogan.reports import page
from keras_infogan.reports.experiments import describe_experiment, format_spread
from keras_infogan.runtime.tables import format_table
from keras_infogan.studies import scores
from keras_infogan.studies.definition import Study
from keras_infogan.studies.directory import FAILED, FINISHED
from keras_infogan.studies.results import RowResult, StudyRun, updates

DEFINITIONS = {
    "accuracy": "on test images, of a categorical code's most probable value. Each value is "
    "matched to one class so that the accuracy is highest. Labels are used for nothing else. "
    "With several labels, the label that shares the most information with the code counts.",
    "majority accuracy": "the same, but each value is matched to its most frequent class.",
    "NMI, ARI": "normalized mutual information and adjusted Rand index of values and classes.",
    "information": "the lower bound on I(c; G(z, c)) in nats, on generated images, with the "
    "networks in inference mode. For a categorical code it cannot exceed the entropy H(c). The "
    "entropy of a continuous code is a differential entropy, which is not an upper limit.",
    "information in training": "the same bound in training mode, in the last epoch.",
    "held-out information": "the same bound, from a network that was not part of the training.",
    "information real/fake": "the bound on the information between an image and whether it is "
    "real, at most ln 2 = 0.693. Near 0, the discriminator cannot tell real images from generated "
    "ones.",
    "mean, min, max": "over the seeds whose runs finished.",
}


class SuccessLine(NamedTuple):
    """A row's label, its success rates, and the updates and minutes until the first success."""

    label: str
    numbers: list[str]


class RunLine(NamedTuple):
    """A run of the study; each text is ready to read."""

    row: str
    seed: int
    status: str
    is_failed: bool
    updates: str
    minutes: str
    outcome: str


def render(study: Study, results: Sequence[RowResult], command: str) -> str:
    """Makes the page of a study.

    Args:
        study: the study.
        results: the results of each row.
        command: the command that ran the study, as a user types it.

    Returns:
        An HTML document without references to anything outside it.
    """
    return page.render_template(
        "study.html",
        title=study.title,
        about=study.about,
        source=study.source,
        state=_state(results),
        definitions=DEFINITIONS,
        experiments=[describe_experiment(each) for each in results],
        thresholds=[f"{threshold:g}" for threshold in study.thresholds],
        success_columns=_success_columns(study.thresholds),
        success=[_success_line(each, study.thresholds) for each in results if study.thresholds],
        runs=[_run_line(each, run) for each in results for run in each.runs],
        command=command,
        versions=_versions(results),
        commands=[line for run in _all_runs(results) for line in run.record.commands],
    )


def table(results: Sequence[RowResult]) -> str:
    """The measured scores as lines for a terminal, and what failed."""
    rows = [
        (
            each.row.name,
            line.name,
            *format_spread(line.spread),
            f"{line.spread.finite if line.spread else 0}/{len(each.runs)}",
        )
        for each in results
        for line in scores.score_lines(each)
    ]
    lines = [format_table(rows, ("row", "score", "mean", "min", "max", "runs"), (2, 3, 4))]
    lines += [
        f"{each.row.name}, seed {run.seed}: {run.record.status}: {run.record.message}"
        for each in results
        for run in each.runs
        if run.record.status == FAILED
    ]
    return "\n".join(lines)


def _all_runs(results: Sequence[RowResult]) -> list[StudyRun]:
    return [run for each in results for run in each.runs]


def _state(results: Sequence[RowResult]) -> str:
    runs = _all_runs(results)
    counts = {
        status: sum(run.record.status == status for run in runs) for status in (FINISHED, FAILED)
    }
    return (
        f"{counts[FINISHED]} of {len(runs)} runs finished, {counts[FAILED]} failed, "
        f"{len(runs) - sum(counts.values())} to come. {page.written()}"
    )


# Success rates


def _success_columns(thresholds: Sequence[float]) -> list[str]:
    return [
        "Row",
        *(f"#≥ {threshold:g}" for threshold in thresholds),
        "#ever",
        *(f"#{what}, {of}" for what in ("updates", "minutes") for of in ("mean", "min", "max")),
    ]


def _success_line(result: RowResult, thresholds: Sequence[float]) -> SuccessLine:
    rates = [scores.success(result, threshold) for threshold in thresholds]
    tried = rates[-1].tried
    reached = [scores.time_to(run.history, thresholds[-1]) for run in result.runs if run.was_tried]
    times = [time for time in reached if time is not None]
    numbers = [
        *(_share(rate.reached, tried) for rate in rates),
        _share(len(times), tried),
        *_round(scores.spread(steps for steps, _ in times), 0),
        *_round(scores.spread(minutes for _, minutes in times), 1),
    ]
    return SuccessLine(result.row.label, numbers)


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({part / whole:.0%})" if whole else page.NO_VALUE


def _round(spread: scores.Spread | None, digits: int) -> tuple[str, str, str]:
    if spread is None:
        return page.NO_VALUE, page.NO_VALUE, page.NO_VALUE
    mean, lowest, highest = (f"{value:,.{digits}f}" for value in spread[:3])
    return mean, lowest, highest


# Every run, and how it was made


def _run_line(result: RowResult, run: StudyRun) -> RunLine:
    attempts = f" after {run.record.attempts} attempts" if run.record.attempts > 1 else ""
    outcome = run.record.message
    if run.scores:
        outcome = ", ".join(
            f"{scores.title(name)} {value:.4f}"
            for name, value in run.scores.items()
            if "/" in name and not name.startswith("entropy/")
        )
    return RunLine(
        result.row.name,
        run.seed,
        run.record.status + attempts,
        run.record.status == FAILED,
        f"{updates(run):,}",
        f"{run.record.seconds / 60:,.1f}" if run.record.seconds else page.NO_VALUE,
        outcome,
    )


def _versions(results: Sequence[RowResult]) -> list[tuple[str, str]]:
    """Versions of the libraries and the machine. Where runs differ, all values are listed."""
    kept: dict[str, dict[str, None]] = {}
    for run in _all_runs(results):
        for name, version in run.record.versions.items():
            kept.setdefault(name, {})[version] = None
    return [(name, ", ".join(found)) for name, found in kept.items()]
