"""The report of a study: one page that needs no network, and a table for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from keras_infogan.reports import illustrations, page
from keras_infogan.studies import scores
from keras_infogan.studies.definition import Study
from keras_infogan.studies.directory import FAILED, FINISHED
from keras_infogan.studies.results import RowResult, StudyRun, updates

DEFINITIONS = {
    "accuracy": "of a categorical code's most probable value on test images, under the best "
    "one-to-one matching of values and classes; labels are used for nothing else. Where there are "
    "several labels, against the one that the code shares the most information with.",
    "majority accuracy": "the same, each value matched with its most frequent class.",
    "NMI, ARI": "normalised mutual information and adjusted Rand index of values and classes.",
    "information": "the lower bound on I(c; G(z, c)) in nats, on generated images, in inference. "
    "A categorical code's cannot exceed its entropy H(c). A continuous code's entropy is "
    "differential, and no ceiling.",
    "held-out information": "the same bound by a network that took no part in the training.",
    "information real/fake": "the bound on the information between an image and whether it is "
    "real, at most ln 2 = 0.693; near 0 the discriminator cannot tell.",
    "mean, min, max": "over the seeds whose runs finished.",
}


def render(study: Study, results: Sequence[RowResult], command: str) -> str:
    """The page.

    Args:
        study: what was run.
        results: of each of its rows.
        command: that ran it, as a user types it.

    Returns:
        An HTML document without references to anything outside it.
    """
    sections = [("comparison", "Reported and measured", _comparison(study, results))]
    if study.thresholds:
        sections.append(("success", "Success over seeds", _success(study, results)))
    sections += [(f"row-{each.row.name}", each.row.label, _row(each)) for each in results]
    sections += [
        ("runs", "Every run", _runs(results)),
        ("made", "How this was made", _made(results, command)),
    ]
    body = [
        f"<header><h1>{page.text(study.title)}</h1>",
        f"<p>{page.text(study.about)}</p>",
        f'<p class="faint">Source: {page.text(study.source)}.<br>{page.text(_state(results))}</p>',
        "</header>",
        '<nav aria-label="Contents"><strong>Contents</strong><ol>',
        *(f'<li><a href="#{name}">{page.text(title)}</a></li>' for name, title, _ in sections),
        "</ol></nav>",
        "<main>",
        *(page.section(*each) for each in sections),
        "</main>",
    ]
    return page.document(study.title, body)


def table(results: Sequence[RowResult]) -> str:
    """The measured scores as lines for a terminal, and what failed."""
    width = max(len(each.row.name) for each in results)
    lines = [f"{'row':{width}}  {'score':28} {'mean':>8} {'min':>8} {'max':>8}  runs"]
    for each in results:
        for line in scores.score_lines(each):
            values = " ".join(f"{value:>8}" for value in _spread(line.spread))
            count = f"{line.spread.finite if line.spread else 0}/{len(each.runs)}"
            lines.append(f"{each.row.name:{width}}  {line.name:28} {values}  {count}")
    lines += [
        f"{each.row.name}, seed {run.seed}: {run.record.status}: {run.record.message}"
        for each in results
        for run in each.runs
        if run.record.status == FAILED
    ]
    return "\n".join(lines)


def _state(results: Sequence[RowResult]) -> str:
    runs = [run for each in results for run in each.runs]
    counts = {
        status: sum(run.record.status == status for run in runs) for status in (FINISHED, FAILED)
    }
    return (
        f"{counts[FINISHED]} of {len(runs)} runs finished, {counts[FAILED]} failed, "
        f"{len(runs) - sum(counts.values())} to come. {page.written()}"
    )


# The paper's row beside ours


def _comparison(study: Study, results: Sequence[RowResult]) -> Iterable[str]:
    yield page.table(
        "For each experiment what its source reported, and what was measured here: a line for "
        "each score, its mean, lowest and highest over seeds, what the score's code could reach "
        "(entropy, for information only), and how many runs it is from.",
        ("Experiment", "Reported", "Measured", "#mean", "#min", "#max", "#entropy", "#runs"),
        [_comparison_rows(each) for each in results],
    )
    yield "<details><summary>What the scores are</summary><dl>"
    yield from (
        f"<dt>{page.text(name)}</dt><dd>{page.text(meaning)}</dd>"
        for name, meaning in DEFINITIONS.items()
    )
    yield "</dl></details>"


def _comparison_rows(result: RowResult) -> list[str]:
    row, lines = result.row, scores.score_lines(result)
    note = f'<br><span class="faint">Ours: {page.text(row.note)}</span>' if row.note else ""
    failed = sum(run.record.status == FAILED for run in result.runs)
    failures = f'<br><span class="bad">failed: {failed} of {len(result.runs)}</span>'
    first = (
        f'<th scope="rowgroup" rowspan="{len(lines)}" class="words">'
        f'<a href="#row-{row.name}">{page.text(row.label)}</a>{failures if failed else ""}</th>'
        f'<td rowspan="{len(lines)}" class="words">{page.text(row.reported)}{note}</td>'
    )
    cells = []
    for line in lines:
        count = line.spread.finite if line.spread else 0
        entropy = page.NO_VALUE if line.entropy is None else f"{line.entropy:.3f}"
        numbers = (*_spread(line.spread), entropy, f"{count} of {len(result.runs)}")
        cells.append(
            f"<td>{page.text(scores.title(line.name))}</td>" + "".join(map(page.number, numbers))
        )
    return [first + cells[0], *cells[1:]]


def _spread(spread: scores.Spread | None) -> tuple[str, str, str]:
    if spread is None:
        return page.NO_VALUE, page.NO_VALUE, page.NO_VALUE
    return f"{spread.mean:.3f}", f"{spread.lowest:.3f}", f"{spread.highest:.3f}"


# Success rates


def _success(study: Study, results: Sequence[RowResult]) -> Iterable[str]:
    last = study.thresholds[-1]
    yield page.table(
        "How many of the runs that finished or failed end at an accuracy of every categorical code "
        f"of at least so much; and, of those that ever reached {last:g}, after how many updates "
        "and minutes of training (to the end of that epoch) they first did: mean, lowest, highest.",
        (
            "Row",
            *(f"#≥ {threshold:g}" for threshold in study.thresholds),
            "#ever",
            *(f"#{what}, {of}" for what in ("updates", "minutes") for of in ("mean", "min", "max")),
        ),
        [[_success_row(each, study.thresholds)] for each in results],
    )


def _success_row(result: RowResult, thresholds: Sequence[float]) -> str:
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
    head = f'<th scope="row">{page.text(result.row.label)}</th>'
    return head + "".join(map(page.number, numbers))


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({part / whole:.0%})" if whole else page.NO_VALUE


def _round(spread: scores.Spread | None, digits: int) -> tuple[str, str, str]:
    if spread is None:
        return page.NO_VALUE, page.NO_VALUE, page.NO_VALUE
    mean, lowest, highest = (f"{value:,.{digits}f}" for value in spread[:3])
    return mean, lowest, highest


# One experiment


def _row(result: RowResult) -> Iterable[str]:
    row = result.row
    # Rows that were run by themselves may be of other lengths than --steps says now.
    settings = ", ".join(
        f"{name} = {value}" for name, value in row.overrides.items() if name != "steps"
    )
    lengths = " or ".join(f"{length:,}" for length in sorted({*map(_length, result.runs)} - {0}))
    yield (
        f"<p>Config <code>{page.text(row.config)}</code>"
        + (f" with <code>{page.text(settings)}</code>" if settings else "")
        + (f", {lengths} updates" if lengths else "")
        + f". Reported: {page.text(row.reported)}"
        + (f" Ours: {page.text(row.note)}" if row.note else "")
        + "</p>"
    )
    for run in result.runs:
        if run.record.status == FAILED:
            yield (
                f'<p><span class="bad">Seed {run.seed} failed</span> at update '
                f"{updates(run):,}: {page.text(run.record.message)}</p>"
            )
    begun = [run for run in result.runs if run.history]
    if begun:
        yield from illustrations.curves_of(begun)
        for run in begun:
            yield illustrations.pictures_of(run, is_open=run is begun[0])
    else:
        yield '<p class="faint">No run of this row has come to its first epoch yet.</p>'


def _length(run: StudyRun) -> int:
    """Updates that a run is meant to have; 0 for one that was not begun."""
    return run.directory.read_config()["steps"] if run.directory.config.exists() else 0


# Every run, and how it came about


def _runs(results: Sequence[RowResult]) -> Iterable[str]:
    yield page.table(
        "One line a run: its updates, the minutes that training and evaluating it took (wall time, "
        "all attempts), and its scores or what ended it.",
        ("Row", "#seed", "Status", "#updates", "#minutes", "Scores, or the last line of a failure"),
        [[_run_row(each, run) for run in each.runs] for each in results],
    )


def _run_row(result: RowResult, run: StudyRun) -> str:
    failed = run.record.status == FAILED
    minutes = f"{run.record.seconds / 60:,.1f}" if run.record.seconds else page.NO_VALUE
    attempts = f" after {run.record.attempts} attempts" if run.record.attempts > 1 else ""
    said = run.record.message
    if run.scores:
        said = ", ".join(
            f"{scores.title(name)} {value:.4f}"
            for name, value in run.scores.items()
            if "/" in name and not name.startswith("entropy/")
        )
    return (
        f'<th scope="row">{page.text(result.row.name)}</th>{page.number(str(run.seed))}'
        f"<td{' class=bad' if failed else ''}>{page.text(run.record.status + attempts)}</td>"
        f"{page.number(f'{updates(run):,}')}{page.number(minutes)}<td>{page.text(said)}</td>"
    )


def _made(results: Sequence[RowResult], command: str) -> Iterable[str]:
    yield f"<p>The whole study, or what is left of it:</p><pre>{page.text(command)}</pre>"
    records = [run.record for each in results for run in each.runs]
    kept: dict[str, dict[str, None]] = {}
    for record in records:
        for name, version in record.versions.items():
            kept.setdefault(name, {})[version] = None
    yield page.table(
        "Versions and the machine; several where runs differ.",
        ("What", "Version"),
        [
            [f'<th scope="row">{page.text(name)}</th><td>{page.text(", ".join(found))}</td>']
            for name, found in kept.items()
        ],
    )
    commands = [line for record in records for line in record.commands]
    if commands:
        yield "<details><summary>The commands of each run</summary>"
        yield f"<pre>{page.text(chr(10).join(commands))}</pre></details>"
