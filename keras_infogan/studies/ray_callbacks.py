"""Callbacks of Ray Tune while it makes the runs of a study."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from keras_infogan.studies.directory import FAILED
from keras_infogan.studies.progress import StudyProgress

LOST = "its worker or its machine was lost"


def study_reporter(tune: Any, progress: StudyProgress, stop: Path) -> Any:
    """A Tune callback that reports the begin and the end of each trial to the progress."""
    waiting = {planned.key: planned for planned in progress.waiting}

    class Reporter(tune.Callback):
        def __init__(self) -> None:
            self.results: dict[str, dict[str, Any]] = {}

        def on_trial_start(self, iteration: int, trials: Any, trial: Any, **info: Any) -> None:
            if not stop.exists():
                progress.begin(waiting[trial.config["key"]])

        def on_trial_result(
            self, iteration: int, trials: Any, trial: Any, result: dict[str, Any], **info: Any
        ) -> None:
            if "status" in result:
                self.results[trial.config["key"]] = result

        def on_trial_complete(self, iteration: int, trials: Any, trial: Any, **info: Any) -> None:
            self._end(trial)

        def on_trial_recover(self, iteration: int, trials: Any, trial: Any, **info: Any) -> None:
            self._end(trial, is_tried_again=not stop.exists())

        def on_trial_error(self, iteration: int, trials: Any, trial: Any, **info: Any) -> None:
            self._end(trial)

        def _end(self, trial: Any, is_tried_again: bool = False) -> None:
            key = trial.config["key"]
            result = self.results.pop(key, {"status": FAILED, "message": LOST, "versions": None})
            if waiting[key] in progress.begun:
                progress.end(
                    waiting[key],
                    result["status"],
                    result["message"],
                    result["versions"],
                    is_tried_again,
                )

    return Reporter()


def study_stopper(tune: Any, progress: StudyProgress, stop: Path) -> Any:
    """A Tune stopper: after a signal, ends the study when its last run has ended."""

    class Stopper(tune.Stopper):
        def __call__(self, trial_id: str, result: dict[str, Any]) -> bool:
            return False

        def stop_all(self) -> bool:
            return stop.exists() and not progress.begun

    return Stopper()
