"""Runs a study: every row over every seed, and a page after each run."""

from __future__ import annotations

from typing import Protocol

from keras_infogan.runtime.locks import exclusive
from keras_infogan.studies.definition import Study
from keras_infogan.studies.directory import FAILED, FINISHED, INTERRUPTED, StudyDirectory
from keras_infogan.studies.plan import StudyOptions, plan_runs
from keras_infogan.studies.processes import Execute, Executor
from keras_infogan.studies.progress import Report, StudyProgress


class StudyRunner(Protocol):
    """Makes the waiting runs, and reports to the progress when each begins and ends."""

    def __call__(self, progress: StudyProgress) -> None: ...


class SequentialRunner:
    """One run after the other, in this machine's child processes.

    Args:
        execute: the function that runs a command.

    Raises:
        KeyboardInterrupt: when called: after the current run was saved and the page written.
    """

    def __init__(self, execute: Execute | None = None):
        self.execute = execute or Executor()

    def __call__(self, progress: StudyProgress) -> None:
        for planned in progress.waiting:
            progress.begin(planned)
            try:
                message = progress.task(planned).perform(self.execute)
            except BaseException:
                progress.end(planned, INTERRUPTED)
                raise
            progress.end(planned, FAILED if message else FINISHED, message)


def run_study(
    study: Study, options: StudyOptions, report: Report, runner: StudyRunner | None = None
) -> bool:
    """Runs what a study still lacks; the page is rewritten after each run.

    Args:
        study: the study.
        options: directory, seeds and data.
        report: writes the page: the module `keras_infogan.reports.study_report`.
        runner: makes the runs, one or several at a time; None is `SequentialRunner`. Records and
            pages are the same for every runner.

    Returns:
        Whether every requested run is finished.

    Raises:
        ValueError: a config that does not exist, a directory that holds something else, or a run
            in it of another config; nothing was written then. Or another process runs the study.
        OSError: the directory cannot be written.
        KeyboardInterrupt: after the current runs were saved and the page written.
    """
    study = study.changed(options.settings())
    directory = StudyDirectory(options.workdir)
    runs = plan_runs(study, options)
    for planned in runs:
        work = directory.run_directory(planned.row.name, planned.seed)
        if work.config.exists():  # only compares: a run of another config raises
            work.start(planned.config.to_dict())
    directory.start(study.name, options.seeds)
    with exclusive(directory.lock):
        progress = StudyProgress(study, options, directory, runs, report)
        progress.announce()
        if progress.waiting:
            (runner or SequentialRunner())(progress)
        outcome = progress.write_report()
    print(report.table(outcome))
    print(f"page: {directory.report}")
    return all(
        each.record.status == FINISHED
        for result in outcome
        if not options.rows or result.row.name in options.rows
        for each in result.runs
    )
