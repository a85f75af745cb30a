"""Makes the runs of a study as trials of Ray Tune: several at a time, here or on a cluster.

Ray Tune decides when and where each run is made, and retries failed runs. A trial has the same
child processes as a run without Ray, in a worker that waits for them. It writes the same files, so
the study's directory should be on storage that all machines share.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import FrameType
from typing import Any

from keras_infogan.runtime import machine, ray_session
from keras_infogan.runtime.arguments import checked_count
from keras_infogan.studies import processes
from keras_infogan.studies.directory import FAILED, FINISHED, INTERRUPTED
from keras_infogan.studies.processes import Executor, Task
from keras_infogan.studies.progress import StudyProgress
from keras_infogan.studies.ray_callbacks import study_reporter, study_stopper

RETRIES = 2  # further attempts at a run that failed, each from its last checkpoint
POLL_SECONDS = 1.0

# Turns off Tune's tables on stdout, its files per trial, and its handling of Ctrl-C, which kills
# trials after some seconds.
TUNE_SETTINGS = {
    "RAY_AIR_NEW_OUTPUT": "0",
    "TUNE_DISABLE_AUTO_CALLBACK_LOGGERS": "1",
    "TUNE_DISABLE_SIGINT_HANDLER": "1",
}
# Two runs may share a GPU; by default TensorFlow would take its whole memory.
GPU_SETTINGS = {"TF_FORCE_GPU_ALLOW_GROWTH": "true"}


class RayTrials:
    """Makes runs as trials of Ray Tune.

    A run that fails is tried again, `RETRIES` times at most; it resumes from its last checkpoint.
    After SIGINT or SIGTERM the current runs save and end, and no other starts; a second signal
    ends them at once.

    Args:
        parallel: runs at the same time, int >= 1; None is as many as the CPUs allow.
        address: of a Ray cluster; None is this machine alone. See `ray_session.session`.
        threads: CPUs per run, int >= 1; None is an equal share of this machine's CPUs for each
            of `parallel` runs, and 1 on a cluster.
        gpus: GPUs per run, >= 0; a fraction shares a GPU. With 0 Ray assigns none, and every run
            sees all GPUs of its machine.

    Raises:
        ValueError: an argument out of range; when called, runs that fit on no machine.
        RuntimeError: when called: Ray is not installed.
        ConnectionError: when called: no cluster at the address.
        KeyboardInterrupt: when called: after the current runs were saved and the page written.

    Examples:
        >>> study, options = STUDIES["quick"], StudyOptions("studies/quick")   # doctest: +SKIP
        >>> run_study(study, options, RayTrials(parallel=2))   # doctest: +SKIP
        True
    """

    def __init__(
        self,
        parallel: int | None = None,
        address: str | None = None,
        threads: int | None = None,
        gpus: float = 0.0,
    ):
        for name, number in (("parallel", parallel), ("threads", threads)):
            if number is not None:
                checked_count(name, number, 1)
        if gpus < 0:
            raise ValueError(f"`gpus` should be at least 0. Received: gpus={gpus}")
        self.address = address
        self.parallel = parallel
        self.threads = threads or (1 if address else self._share())
        self.gpus = gpus

    def __call__(self, progress: StudyProgress) -> None:
        cpus = None if self.parallel is None else self.parallel * self.threads
        with ray_session.session(self.address, cpus) as ray:
            progress.at_a_time = self._at_a_time(ray)
            shutil.rmtree(
                progress.directory.trials, ignore_errors=True
            )  # left by a study that was killed
            progress.directory.trials.mkdir()
            try:
                self._make(ray, progress)
            finally:
                for planned in progress.begun:
                    progress.end(planned, INTERRUPTED)
                shutil.rmtree(progress.directory.trials, ignore_errors=True)

    def _share(self) -> int:
        return max(1, (os.cpu_count() or 1) // (self.parallel or 1))

    def _at_a_time(self, ray: Any) -> int:
        """How many runs the machines can make at the same time."""
        wanted = {"CPU": self.threads, "GPU": self.gpus}
        nodes = [node["Resources"] for node in ray.nodes() if node["Alive"]]
        room = sum(
            int(min(node.get(name, 0) / each for name, each in wanted.items() if each))
            for node in nodes
        )
        if not room:
            raise ValueError(
                "A run's `threads` and `gpus` should be within the CPUs and GPUs of a machine. "
                f"Received: threads={self.threads}, gpus={self.gpus:g}, with machines of "
                f"{[{name: node.get(name, 0) for name in wanted} for node in nodes]}"
            )
        return min(room, self.parallel or room)

    def _make(self, ray: Any, progress: StudyProgress) -> None:
        os.environ.update(TUNE_SETTINGS)
        from ray import tune

        # Workers receive these modules' classes and functions by value. Otherwise they would import
        # the package, and TensorFlow with it, only to wait for a child.
        for module in (processes, machine):
            ray.cloudpickle.register_pickle_by_value(module)
        stop = progress.directory.trials.absolute() / "stop"
        trial = _trial(
            tune,
            {planned.key: _absolute(progress.task(planned)) for planned in progress.waiting},
            stop,
            {
                "threads": self.threads,
                "directory": os.getcwd(),
                "process_group": None,  # Ray ends a worker's group, and so its child
                "variables": GPU_SETTINGS,
            },
        )
        tuner = tune.Tuner(
            tune.with_resources(trial, {"cpu": self.threads, "gpu": self.gpus}),
            param_space={"key": tune.grid_search([planned.key for planned in progress.waiting])},
            tune_config=tune.TuneConfig(
                max_concurrent_trials=self.parallel,
                trial_dirname_creator=lambda trial: trial.trial_id,
            ),
            run_config=tune.RunConfig(
                name="tune",
                storage_path=str(stop.parent),
                failure_config=tune.FailureConfig(max_failures=RETRIES),
                checkpoint_config=tune.CheckpointConfig(checkpoint_at_end=False),
                callbacks=[study_reporter(tune, progress, stop)],
                stop=study_stopper(tune, progress, stop),
                verbose=0,
            ),
        )
        with _asking_to_stop(stop):
            tuner.fit()
        if stop.exists():
            raise KeyboardInterrupt


def _absolute(task: Task) -> Task:
    return task._replace(log=task.log.absolute(), model=task.model.absolute())


def _trial(tune: Any, tasks: dict[str, Task], stop: Path, executor: dict[str, Any]) -> type:
    """The trainable class; Tune makes one object in a worker per attempt at a run."""

    class RunTrial(tune.Trainable):
        def setup(self, config: dict[str, Any]) -> None:
            self.executor = Executor(**executor)
            pool = ThreadPoolExecutor(max_workers=1)
            self.outcome = pool.submit(tasks[config["key"]].perform, self.executor)
            self.message = ""

        def step(self) -> dict[str, Any]:
            if self.message:
                raise RuntimeError(self.message)  # Tune then retries
            if stop.exists():
                self.executor.end()
            try:
                self.message = self.outcome.result(POLL_SECONDS)
            except TimeoutError:
                return {}
            except OSError as error:
                self.message = str(error)
            status = FINISHED
            if self.message:
                status = INTERRUPTED if stop.exists() else FAILED
            return {
                "done": status != FAILED,
                "status": status,
                "message": self.message if status == FAILED else "",
                "versions": machine.versions(),
            }

        def cleanup(self) -> None:
            self.executor.end()

    return RunTrial


@contextlib.contextmanager
def _asking_to_stop(stop: Path) -> Iterator[None]:
    """Makes SIGINT and SIGTERM write a file that every trial checks; a second one interrupts."""
    if threading.current_thread() is not threading.main_thread():  # Python requires it
        yield
        return
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def ask(number: int, frame: FrameType | None) -> None:
        stop.touch()
        for each in handlers:
            signal.signal(each, signal.default_int_handler)

    for number in handlers:
        signal.signal(number, ask)
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
