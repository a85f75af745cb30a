"""What needs no session of Ray; `tests/cli/test_study.py` has the study that Ray runs."""

import os

import pytest

from keras_infogan.studies.ray_running import RayTrials


class Ray:
    """Two machines, one of which has a GPU, and a third that is gone."""

    def nodes(self):
        small, large = {"CPU": 2.0}, {"CPU": 8.0, "GPU": 1.0}
        return [
            {"Alive": alive, "Resources": resources}
            for alive, resources in ((True, small), (True, large), (False, large))
        ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"parallel": 0}, "`parallel` should be an int of at least 1. Received: parallel=0"),
        ({"threads": 0}, "`threads` should be an int of at least 1. Received: threads=0"),
        ({"gpus": -0.5}, "`gpus` should be at least 0. Received: gpus=-0.5"),
    ],
)
def test_arguments_out_of_range(arguments, message):
    with pytest.raises(ValueError, match=message):
        RayTrials(**arguments)


def test_runs_share_the_cores_of_this_machine(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    assert RayTrials(parallel=3).threads == 2
    assert RayTrials(parallel=9).threads == 1
    assert RayTrials(parallel=3, threads=5).threads == 5
    assert RayTrials(parallel=3, address="auto").threads == 1


@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        ({}, 10),
        ({"threads": 3}, 2),  # the machine of two CPUs has no room
        ({"parallel": 4}, 4),
        ({"gpus": 0.5}, 2),
        ({"gpus": 0.5, "threads": 5}, 1),
    ],
)
def test_a_cluster_has_room_for_so_many_runs(arguments, count):
    assert RayTrials(address="auto", **arguments)._at_a_time(Ray()) == count


def test_a_run_that_fits_no_machine():
    with pytest.raises(ValueError, match="Received: threads=9, gpus=0, with machines of .*2.0"):
        RayTrials(address="auto", threads=9)._at_a_time(Ray())
