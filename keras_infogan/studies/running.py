"""Runs a study: every row over every seed, and a page after each run."""

from __future__ import annotations

from typing import Protocol

from keras_infogan import report
from keras_infogan.locks import exclusive
from keras_infogan.studies.definition import Study
from keras_infogan.studies.directory import FAILED, FINISHED, INTERRUPTED, StudyDirectory
from keras_infogan.studies.ledger import Ledger
from keras_infogan.studies.plan import Options, plan
from keras_infogan.studies.processes import Execute, Executor


class Runner(Protocol):
    """Makes the runs that wait, and tells the ledger when each begins and ends."""

    def __call__(self, ledger: Ledger) -> None: ...


class Successively:
    """One run after the other, in this machine's child processes.

    Args:
        execute: what runs a command.

    Raises:
        KeyboardInterrupt: when called: after the present run was saved and the page written.
    """

    def __init__(self, execute: Execute | None = None):
        self.execute = execute or Executor()

    def __call__(self, ledger: Ledger) -> None:
        for planned in ledger.waiting:
            ledger.begin(planned)
            try:
                message = ledger.task(planned).perform(self.execute)
            except BaseException:
                ledger.end(planned, INTERRUPTED)
                raise
            ledger.end(planned, FAILED if message else FINISHED, message)


def run(study: Study, options: Options, runner: Runner | None = None) -> bool:
    """Runs what a study still lacks, and says so; the page is written anew after each run.

    Args:
        study: the study.
        options: where, how often, with which data.
        runner: who makes the runs, and how many at a time; None is `Successively`. Records and
            pages are the same whoever does.

    Returns:
        Whether every run that was asked for is finished.

    Raises:
        ValueError: a config that does not exist, a directory that holds something else, or a run
            in it of another config; nothing was written then. Or another process runs the study.
        OSError: the directory cannot be written.
        KeyboardInterrupt: after the present runs were saved and the page written.
    """
    study = study.changed(options.settings())
    directory = StudyDirectory(options.workdir)
    runs = plan(study, options)
    for planned in runs:
        work = directory.run(planned.row.name, planned.seed)
        if work.config.exists():  # only compares: a run of another config raises
            work.start(planned.config.to_dict())
    directory.start(study.name, options.seeds)
    with exclusive(directory.lock):
        ledger = Ledger(study, options, directory, runs)
        ledger.announce()
        if ledger.waiting:
            (runner or Successively())(ledger)
        outcome = ledger.write_report()
    print(report.table(outcome))
    print(f"page: {directory.report}")
    return all(
        each.record.status == FINISHED
        for result in outcome
        if not options.rows or result.row.name in options.rows
        for each in result.runs
    )
