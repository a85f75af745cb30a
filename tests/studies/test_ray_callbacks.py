"""Ray Tune's callbacks, called by hand; `tests/cli/test_study.py` has the study that Ray runs."""

from types import SimpleNamespace

import pytest

from keras_infogan.studies.ray_callbacks import LOST, study_reporter, study_stopper

TUNE = SimpleNamespace(Callback=object, Stopper=object)
RUN = SimpleNamespace(key="line/seed_0")
TRIAL = SimpleNamespace(config={"key": RUN.key})


class Progress:
    """Notes what begins and ends."""

    def __init__(self):
        self.waiting, self.begun, self.ended = [RUN], [], []

    def begin(self, planned):
        self.begun.append(planned)

    def end(self, planned, *outcome):
        self.begun.remove(planned)
        self.ended.append(outcome)


@pytest.fixture
def progress():
    return Progress()


def test_a_trial_that_finishes(progress, tmp_path):
    reporter = study_reporter(TUNE, progress, tmp_path / "stop")
    reporter.on_trial_start(0, [], TRIAL)
    result = {"status": "finished", "message": "", "versions": {"python": "3"}}
    for each in ({}, result):  # a trial that still runs has no status
        reporter.on_trial_result(0, [], TRIAL, each)
    reporter.on_trial_complete(0, [], TRIAL)
    assert progress.ended == [("finished", "", {"python": "3"}, False)]


def test_a_trial_whose_worker_is_lost_is_tried_again(progress, tmp_path):
    reporter = study_reporter(TUNE, progress, tmp_path / "stop")
    reporter.on_trial_start(0, [], TRIAL)
    reporter.on_trial_recover(0, [], TRIAL)
    assert progress.ended == [("failed", LOST, None, True)]


def test_a_signal_stops_when_the_last_run_has_ended(progress, tmp_path):
    stop = tmp_path / "stop"
    reporter, stopper = (make(TUNE, progress, stop) for make in (study_reporter, study_stopper))
    reporter.on_trial_start(0, [], TRIAL)
    assert not stopper.stop_all()
    stop.touch()
    assert not stopper.stop_all()
    reporter.on_trial_error(0, [], TRIAL)
    assert stopper.stop_all()
    reporter.on_trial_start(0, [], TRIAL)  # no other begins
    assert progress.begun == []
