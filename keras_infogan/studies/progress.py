"""The progress of a study: its records, its page and its output."""

from __future__ import annotations

import datetime
import shlex
import time
from collections.abc import Mapping, Sequence
from typing import Protocol

from keras_infogan.runtime import machine
from keras_infogan.studies import results
from keras_infogan.studies.definition import Study
from keras_infogan.studies.directory import FINISHED, RunRecord, StudyDirectory
from keras_infogan.studies.plan import PlannedRun, StudyOptions
from keras_infogan.studies.processes import Task


class Report(Protocol):
    """What shows a study's results: `keras_infogan.reports.study_report`."""

    def render(self, study: Study, results: Sequence[results.RowResult], command: str) -> str:
        """The HTML page."""

    def table(self, results: Sequence[results.RowResult]) -> str:
        """The lines for a terminal."""


class StudyProgress:
    """Records the progress of a study while one process makes its runs.

    Attributes:
        waiting: the runs to make: those of the plan without an evaluation.
        at_a_time: number of runs at the same time, for the estimate of the time left.

    Args:
        study: with the settings of every run.
        options: the user's options.
        directory: the directory of the study, which has been started.
        plan: all runs of the study.
        report: shows the results.
    """

    def __init__(
        self,
        study: Study,
        options: StudyOptions,
        directory: StudyDirectory,
        plan: Sequence[PlannedRun],
        report: Report,
    ):
        self.study = study
        self.options = options
        self.directory = directory
        self.plan = plan
        self.report = report
        self.waiting = [
            planned
            for planned in plan
            if not directory.run_directory(planned.row.name, planned.seed).evaluation.is_file()
        ]
        self.at_a_time = 1
        done = len(plan) - len(self.waiting)
        self._places = {
            planned.key: f"[{done + index}/{len(plan)}] {planned.row.name}, seed {planned.seed}"
            for index, planned in enumerate(self.waiting, start=1)
        }
        self._left = {planned.key: planned.config.steps for planned in self.waiting}
        self._started: dict[str, float] = {}

    def announce(self) -> None:
        """Prints the work to do."""
        rows = {planned.row.name for planned in self.plan}
        print(
            f"{self.study.name}: rows {len(rows)}, seeds {self.options.seeds}: "
            f"{len(self.plan)} runs, {len(self.plan) - len(self.waiting)} of them finished before"
        )

    def task(self, planned: PlannedRun) -> Task:
        """The commands that make a run."""
        return planned.task(self.directory, self.options.data_dir)

    def begin(self, planned: PlannedRun) -> None:
        """Records that an attempt at a run begins."""
        self._started[planned.key] = time.monotonic()
        print(
            f"{self._places[planned.key]}: {planned.config.steps} updates; "
            f"its output is in {self.task(planned).log}",
            flush=True,
        )

    def end(
        self,
        planned: PlannedRun,
        status: str,
        message: str = "",
        versions: Mapping[str, str] | None = None,
        is_tried_again: bool = False,
    ) -> None:
        """Records that an attempt has ended: its record, the page, and a line of output.

        Args:
            planned: the run.
            status: "finished", "failed" or "interrupted".
            message: what went wrong.
            versions: `machine.versions()` of where it ran; None is this machine's.
            is_tried_again: whether another attempt follows at once.
        """
        took = time.monotonic() - self._started.pop(planned.key)
        before = self.directory.read_records().get(planned.key, RunRecord())
        record = RunRecord(
            status,
            message,
            before.seconds + took,
            tuple(
                shlex.join([f"infogan-{command}", *flags])
                for command, flags in self.task(planned).commands
            ),
            dict(versions or machine.versions()),
            before.attempts + 1,
        )
        self.directory.write_record(planned.row.name, planned.seed, record)
        self.write_report()
        if not is_tried_again:
            del self._left[planned.key]
        reason = f": {message}" if message else ""
        again = "; it will be retried" if is_tried_again else ""
        print(
            f"{self._places[planned.key]}: {status} after {_clock(took)}"
            f"{self._time_left()}{reason}{again}",
            flush=True,
        )

    @property
    def begun(self) -> list[PlannedRun]:
        """Runs with an attempt that has not ended."""
        return [planned for planned in self.waiting if planned.key in self._started]

    def write_report(self) -> list[results.RowResult]:
        """Rewrites the page; returns what it shows."""
        outcome = results.read_study(self.study, self.directory, self.options.seeds)
        page = self.report.render(self.study, outcome, self.options.command(self.study))
        self.directory.write_report(page)
        return outcome

    def _time_left(self) -> str:
        """The time left, from the mean time per update of the finished runs."""
        records = self.directory.read_records()
        finished = [
            (records[planned.key].seconds, planned.config.steps)
            for planned in self.plan
            if planned.key in records and records[planned.key].status == FINISHED
        ]
        if not self._left or not finished:
            return ""
        seconds = sum(second for second, _ in finished) / sum(steps for _, steps in finished)
        left = seconds * sum(self._left.values()) / min(self.at_a_time, len(self._left))
        return f", about {_clock(left)} left"


def _clock(seconds: float) -> str:
    return str(datetime.timedelta(seconds=round(seconds)))
