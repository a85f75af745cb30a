"""Runs a study: every row over every seed, one after the other, and a page after each."""

from __future__ import annotations

import ast
import dataclasses
import datetime
import shlex
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from keras_infogan import builder, machine, report
from keras_infogan.studies import results
from keras_infogan.studies.definition import Row, Study
from keras_infogan.studies.directory import (
    FAILED,
    FINISHED,
    INTERRUPTED,
    Record,
    StudyDirectory,
    record_key,
)
from keras_infogan.studies.processes import Execute, execute, failure


class PlannedRun(NamedTuple):
    """A run that a study wants, with its resolved config."""

    row: Row
    seed: int
    config: Any


@dataclasses.dataclass(frozen=True)
class Options:
    """What the user chose besides the study.

    Args:
        workdir: the study's directory.
        seeds: runs of each row, with seeds 0, 1, ...
        data_dir: TFDS's data_dir; None is TFDS's own choice.
        steps: generator updates of every run; None is each config's own number.
        rows: names of the rows to run; none is all. The page shows every row.
        set: "FIELD=VALUE" of every run's config; the value as Python writes it, else a string.

    Raises:
        ValueError: `seeds` is below 1, or what to set has no field.
    """

    workdir: str
    seeds: int
    data_dir: str | None = None
    steps: int | None = None
    rows: Sequence[str] = ()
    set: Sequence[str] = ()

    def __post_init__(self) -> None:
        if self.seeds < 1:
            raise ValueError(f"`seeds` should be at least 1. Received: seeds={self.seeds}")
        for setting in self.set:
            if not setting.partition("=")[0] or "=" not in setting:
                raise ValueError(f"`set` should be FIELD=VALUE. Received: {setting!r}")

    def settings(self) -> dict[str, Any]:
        """The fields that every run's config is given, flat."""
        steps = {} if self.steps is None else {"steps": self.steps}
        pairs = (setting.partition("=") for setting in self.set)
        return {**steps, **{field: _value(text) for field, _, text in pairs}}

    def command(self, study: str) -> str:
        """The command that runs this study, as a user types it."""
        flags = {"study": study, **dataclasses.asdict(self)}
        settings = [("set", setting) for setting in flags.pop("set")]
        del flags["rows"]  # the page is of all
        arguments = [
            f"--{name}={value}" for name, value in [*flags.items(), *settings] if value is not None
        ]
        return shlex.join(["infogan-study", *arguments])


def run(study: Study, options: Options, execute: Execute = execute) -> bool:
    """Runs what a study still lacks, and says so; the page is written anew after each run.

    Args:
        study: the study.
        options: where, how often, with which data.
        execute: what runs a command.

    Returns:
        Whether every run that was asked for is finished.

    Raises:
        ValueError: a config that does not exist, a directory that holds something else, or a run
            in it of another config; nothing was written then.
        OSError: the directory cannot be written.
        KeyboardInterrupt: after the present run was saved and the page written.
    """
    study = study.changed(options.settings())
    directory = StudyDirectory(options.workdir)
    plan = _plan(study, options)
    for planned in plan:
        work = directory.run(planned.row.name, planned.seed)
        if work.config.exists():  # only compares: a run of another config raises
            work.start(planned.config.to_dict())
    directory.start(study.name, options.seeds)
    _run_all(study, options, directory, plan, execute)
    outcome = _write_report(study, options, directory)
    print(report.table(outcome))
    print(f"page: {directory.report}")
    return all(
        each.record.status == FINISHED
        for result in outcome
        if not options.rows or result.row.name in options.rows
        for each in result.runs
    )


def _value(text: str) -> Any:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text


def _plan(study: Study, options: Options) -> list[PlannedRun]:
    """Seed by seed, so that a page that is not complete yet has something on every row."""
    names = [row.name for row in study.rows]
    if not set(options.rows) <= set(names):
        raise ValueError(f"`rows` should be among {names}. Received: {list(options.rows)}")
    plan = [
        PlannedRun(row, seed, row.configuration(seed))
        for seed in range(options.seeds)
        for row in study.rows
        if not options.rows or row.name in options.rows
    ]
    for planned in plan:
        builder.check(planned.config)
    return plan


def _run_all(
    study: Study,
    options: Options,
    directory: StudyDirectory,
    plan: Sequence[PlannedRun],
    execute: Execute,
) -> None:
    waiting = [
        planned
        for planned in plan
        if not directory.run(planned.row.name, planned.seed).evaluation.is_file()
    ]
    rows = {planned.row.name for planned in plan}
    print(
        f"{study.name}: rows {len(rows)}, seeds {options.seeds}: {len(plan)} runs, "
        f"{len(plan) - len(waiting)} of them finished before"
    )
    for position, planned in enumerate(waiting):
        place = f"[{len(plan) - len(waiting) + position + 1}/{len(plan)}]"
        title = f"{place} {planned.row.name}, seed {planned.seed}"
        log = directory.log(planned.row.name, planned.seed)
        print(f"{title}: {planned.config.steps} updates; its output is in {log}", flush=True)
        started = time.monotonic()
        try:
            record = _run_one(planned, options, directory, execute)
            took = time.monotonic() - started
        finally:
            _write_report(study, options, directory)
        left = _time_left(directory, plan, waiting[position + 1 :])
        reason = f": {record.message}" if record.message else ""
        print(f"{title}: {record.status} after {_clock(took)}{left}{reason}", flush=True)


def _run_one(
    planned: PlannedRun, options: Options, directory: StudyDirectory, execute: Execute
) -> Record:
    name, seed = planned.row.name, planned.seed
    before = directory.read_records().get(record_key(name, seed), Record())
    commands = _commands(planned, options, directory)
    log = directory.log(name, seed)
    log.parent.mkdir(parents=True, exist_ok=True)
    status, message, started = INTERRUPTED, "", time.monotonic()
    try:
        is_trained = directory.run(name, seed).model.is_file()
        status, message = _execute_all(commands[1:] if is_trained else commands, log, execute)
    finally:
        record = Record(
            status,
            message,
            before.seconds + time.monotonic() - started,
            tuple(shlex.join([f"infogan-{command}", *flags]) for command, flags in commands),
            machine.versions(),
        )
        directory.write_record(name, seed, record)
    return record


def _commands(
    planned: PlannedRun, options: Options, directory: StudyDirectory
) -> list[tuple[str, list[str]]]:
    """What makes a run: to train it, and to evaluate it."""
    settings = planned.row.settings(planned.seed)
    overrides = [f"--config.{name}={value}" for name, value in settings.items()]
    data = [] if options.data_dir is None else [f"--data_dir={options.data_dir}"]
    where = [f"--workdir={directory.run(planned.row.name, planned.seed).path}", *data]
    return [
        ("train", [f"--config={planned.row.config}", *overrides, *where]),
        ("evaluate", [f"--metrics={','.join(planned.row.metrics)}", *where]),
    ]


def _execute_all(
    commands: Sequence[tuple[str, list[str]]], log: Path, execute: Execute
) -> tuple[str, str]:
    """The status of a run, and its last line if it failed."""
    for command, flags in commands:
        begin = log.stat().st_size if log.exists() else 0
        exit_status = execute(command, flags, log)
        if exit_status:
            return FAILED, failure(command, exit_status, log, begin)
    return FINISHED, ""


def _time_left(
    directory: StudyDirectory, plan: Sequence[PlannedRun], waiting: Sequence[PlannedRun]
) -> str:
    """What is left, judged by the time an update took in the runs that finished."""
    records = directory.read_records()
    finished = [
        (records[key].seconds, planned.config.steps)
        for planned in plan
        if (key := record_key(planned.row.name, planned.seed)) in records
        and records[key].status == FINISHED
    ]
    if not waiting or not finished:
        return ""
    seconds = sum(second for second, _ in finished) / sum(steps for _, steps in finished)
    return f", about {_clock(seconds * sum(each.config.steps for each in waiting))} left"


def _clock(seconds: float) -> str:
    return str(datetime.timedelta(seconds=round(seconds)))


def _write_report(
    study: Study, options: Options, directory: StudyDirectory
) -> list[results.RowResult]:
    outcome = results.read(study, directory, options.seeds)
    directory.write_report(report.render(study, outcome, options.command(study.name)))
    return outcome
