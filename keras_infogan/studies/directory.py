"""A study's directory: its runs, their status, and the page."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from keras_infogan.runs.directory import WorkDirectory
from keras_infogan.runtime.files import replace_file, user_path, write_json

STUDY_FILE = "study.json"
FINISHED, FAILED, INTERRUPTED, WAITING = "finished", "failed", "interrupted", "waiting"


@dataclasses.dataclass(frozen=True)
class RunRecord:
    """The status of a run, which its own directory does not hold.

    Attributes:
        status: "finished", "failed", "interrupted", or "waiting" for a run that was not started.
        message: the last line of a failed run.
        seconds: wall time of all its attempts, evaluation included.
        commands: the commands that make it, as a user would type them.
        versions: of Python and packages, by name, at the last attempt.
        attempts: the number of attempts that have ended, in any way.
    """

    status: str = WAITING
    message: str = ""
    seconds: float = 0.0
    commands: tuple[str, ...] = ()
    versions: dict[str, str] = dataclasses.field(default_factory=dict)
    attempts: int = 0


class StudyDirectory:
    """The files of one study: `ROW/seed_K/` (work directories), `ROW/seed_K.log`, the page.

    Attributes are paths: `settings` (study.json: which study, how many seeds), `records`
    (runs.json: the status of each run), `report` (report.html), `lock` (held by the process that
    runs the study), `classifiers` (one for each data set) and `trials` (Ray's own files while it
    runs the study).

    Args:
        path: the directory; it need not exist.

    Examples:
        >>> StudyDirectory("studies/poster").run_directory("mine", 2).path.name
        'seed_2'
    """

    def __init__(self, path: str | os.PathLike[str]):
        self.path = user_path(path)
        self.settings = self.path / STUDY_FILE
        self.records = self.path / "runs.json"
        self.report = self.path / "report.html"
        self.lock = self.path / ".lock"  # no row's name begins with a dot
        self.classifiers = self.path / ".classifiers"
        self.trials = self.path / ".ray"

    def run_directory(self, row: str, seed: int) -> WorkDirectory:
        """The work directory of one run."""
        return WorkDirectory(self.path / row / f"seed_{seed}")

    def log(self, row: str, seed: int) -> Path:
        """Where the output of that run goes; outside its directory, which must begin empty."""
        return self.path / row / f"seed_{seed}.log"

    def classifier(self, data: Mapping[str, Any]) -> Path:
        """The file of the classifier that compares images of some data, for all runs on it.

        Args:
            data: the run's `config.data`.
        """
        digest = hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()
        return self.classifiers / f"{digest[:16]}.keras"

    def start(self, study: str, seeds: int) -> None:
        """Makes the directory for a study, or checks that it holds this study.

        Args:
            study: its name.
            seeds: runs of each row; a resumed study may have more of them than before.

        Raises:
            ValueError: the directory holds something else, another study, or more seeds.
            OSError: it cannot be written.
        """
        if self.settings.exists():
            self._check_same(study, seeds)
        elif self.path.is_dir() and any(self.path.iterdir()):
            raise ValueError(
                f"The work directory should be empty or hold a study ({STUDY_FILE}). "
                f"Received: {self.path}, which holds other files"
            )
        try:
            self.classifiers.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OSError(f"{self.path} cannot be written: {error.strerror}") from error
        write_json(self.settings, {"study": study, "seeds": seeds})

    def read_records(self) -> dict[str, RunRecord]:
        """The status of the runs that were started, by "ROW/seed_K".

        Raises:
            ValueError: the file is damaged.
        """
        if not self.records.exists():
            return {}
        try:
            return {key: _record(kept) for key, kept in _read_json(self.records).items()}
        except (KeyError, TypeError) as error:
            raise ValueError(f"{self.records} is damaged: {error}") from error

    def write_record(self, row: str, seed: int, record: RunRecord) -> None:
        """Writes the status of a run."""
        records = {**self.read_records(), record_key(row, seed): record}
        write_json(self.records, {key: dataclasses.asdict(each) for key, each in records.items()})

    def write_report(self, page: str) -> None:
        """Replaces the page atomically."""
        replace_file(self.report, lambda temporary: temporary.write_text(page, encoding="utf-8"))

    def _check_same(self, study: str, seeds: int) -> None:
        kept = _read_json(self.settings)
        if kept.get("study") != study:
            raise ValueError(
                f"{self.path} holds the study {kept.get('study')!r}. "
                f"Give another --workdir for {study!r}."
            )
        if kept.get("seeds", 0) > seeds:
            raise ValueError(
                f"{self.path} holds a study of {kept['seeds']} seeds; seeds may be added, not "
                f"removed. Received: seeds={seeds}"
            )


def record_key(row: str, seed: int) -> str:
    """The name of a run in `runs.json`."""
    return f"{row}/seed_{seed}"


def _record(kept: dict[str, Any]) -> RunRecord:
    return RunRecord(**{**kept, "commands": tuple(kept["commands"])})


def _read_json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path} is damaged: {error}") from error
    if not isinstance(value, dict):
        raise ValueError(f"{path} is damaged: it should hold an object")
    return value
