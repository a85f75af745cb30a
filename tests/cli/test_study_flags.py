import signal
from types import SimpleNamespace

import pytest

from keras_infogan.cli import study_flags
from keras_infogan.studies.processes import Executor
from keras_infogan.studies.ray_running import RayTrials
from keras_infogan.studies.running import SequentialRunner


@pytest.fixture
def given(monkeypatch):
    """Sets the flags; those that are not given have their defaults."""

    def give(**values):
        names = ["seeds", "steps", "data_dir", "parallel", "ray_address", "threads"]
        flags = {**dict.fromkeys(names), "workdir": "W", "set": [], "gpus": 0.0, **values}
        monkeypatch.setattr(study_flags, "FLAGS", SimpleNamespace(**flags))

    return give


def test_a_study_has_its_own_number_of_seeds_unless_a_flag_says_another(given):
    given()
    options = study_flags.options(default_seeds=3, rows=["line"])
    assert (options.workdir, options.seeds, options.rows) == ("W", 3, ("line",))
    given(seeds=5, steps=9, data_dir="D", set=["batch_size=8"])
    options = study_flags.options(default_seeds=3)
    assert (options.seeds, options.steps, options.data_dir, options.rows) == (5, 9, "D", ())
    assert options.settings() == {"steps": 9, "batch_size": 8}


@pytest.mark.parametrize("parallel", [None, 1])
def test_runs_follow_each_other_without_ray(given, parallel):
    given(parallel=parallel, threads=2)
    runner = study_flags.runner()
    assert isinstance(runner, SequentialRunner)
    assert runner.execute._variables == Executor(2)._variables


@pytest.mark.parametrize("flags", [{"parallel": 2}, {"ray_address": "auto"}])
def test_ray_makes_runs_at_the_same_time(given, flags):
    given(threads=2, gpus=0.5, **flags)
    runner = study_flags.runner()
    assert isinstance(runner, RayTrials)
    assert (runner.parallel, runner.address) == (flags.get("parallel"), flags.get("ray_address"))
    assert (runner.threads, runner.gpus) == (2, 0.5)


def test_signals_raise_so_that_runs_can_save():
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.getsignal(number) for number in numbers}
    try:
        study_flags.end_gently()
        for number in numbers:
            with pytest.raises(KeyboardInterrupt):
                signal.raise_signal(number)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
