import time

import pytest

from keras_infogan.runtime.files import write_json
from keras_infogan.studies import Row, Study, progress
from keras_infogan.studies.directory import RunRecord, StudyDirectory
from keras_infogan.studies.plan import StudyOptions, plan_runs

LINE = Row("line", "Line", "basicprop_line", "", overrides={"steps": 100})
STUDY = Study("tiny", "Tiny", "nobody", "Does it run?", (LINE,), seeds=3)


class Report:
    """Stands for the page and the table."""

    def render(self, study, results, command):
        return f"{command}: {[run.record.status for result in results for run in result.runs]}"


@pytest.fixture
def clock(monkeypatch):
    """A clock that a test sets."""
    seconds = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: seconds[0])

    def advance(by):
        seconds[0] += by

    return advance


@pytest.fixture
def made(tmp_path):
    """The progress of a study of three runs, the first of which is finished."""
    directory = StudyDirectory(tmp_path / "study")
    directory.path.mkdir()
    work = directory.run("line", 0)
    work.start(LINE.configuration(0).to_dict())
    write_json(work.evaluation, {"step": 100})
    options = StudyOptions(str(directory.path), seeds=3)
    return progress.StudyProgress(STUDY, options, directory, plan_runs(STUDY, options), Report())


def test_finished_runs_are_announced_and_not_waiting(made, capsys):
    made.announce()
    assert capsys.readouterr().out == "tiny: rows 1, seeds 3: 3 runs, 1 of them finished before\n"
    assert [planned.key for planned in made.waiting] == ["line/seed_1", "line/seed_2"]


def test_a_run_is_begun_and_ended(made, clock, capsys):
    first, second = made.waiting
    made.begin(first)
    assert made.begun == [first]
    clock(30.0)
    made.end(first, "finished", versions={"keras": "3.1"})
    assert made.begun == []
    record = made.directory.read_records()["line/seed_1"]
    assert (record.status, record.seconds, record.attempts) == ("finished", 30.0, 1)
    assert record.versions == {"keras": "3.1"}
    page = made.directory.report.read_text()
    assert page.startswith("infogan-study --study=tiny --workdir=")
    begun, ended = capsys.readouterr().out.splitlines()
    assert begun.startswith("[2/3] line, seed 1: 100 updates; its output is in ")
    # One run of 100 updates is left, at 30 seconds for 100 updates.
    assert ended == "[2/3] line, seed 1: finished after 0:00:30, about 0:00:30 left"
    assert made.task(second).commands[0][0] == "train"


def test_runs_at_the_same_time_shorten_the_time_that_is_left(made, clock, capsys):
    made.directory.write_record("line", 0, RunRecord("finished", seconds=80.0))
    made.at_a_time = 2
    for planned in made.waiting:
        made.begin(planned)
    clock(10.0)
    made.end(made.waiting[0], "failed", "out of memory", is_tried_again=True)
    # Two runs of 100 updates are left, at 80 seconds for 100 updates, two at a time.
    assert capsys.readouterr().out.splitlines()[-1] == (
        "[2/3] line, seed 1: failed after 0:00:10, about 0:01:20 left: out of memory; "
        "it will be retried"
    )
    assert made.begun == [made.waiting[1]]
