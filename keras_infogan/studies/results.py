"""The results of a study's runs, read from their directories."""

from __future__ import annotations

import csv
import dataclasses
import math
import re
from pathlib import Path
from typing import Any

from keras_infogan.runs.building import build_latents
from keras_infogan.runs.directory import WorkDirectory
from keras_infogan.studies.definition import Row, Study
from keras_infogan.studies.directory import FAILED, FINISHED, RunRecord, StudyDirectory, record_key

REAL_FAKE_ENTROPY = {"real_fake": math.log(2.0)}

_PICTURE = re.compile(r"(?P<name>.+)-(?P<step>\d+)\.png")

History = list[dict[str, float]]


@dataclasses.dataclass(frozen=True)
class StudyRun:
    """One run of a row, finished or not.

    Attributes:
        seed: of the run.
        directory: its work directory.
        record: its status.
        scores: the numbers of `evaluation.json`, and the last information that `metrics.csv` has,
            as "training_information/NAME"; empty if it was not evaluated.
        history: the rows of `metrics.csv`; cells that are not numbers are NaN.
        pictures: the last picture of each name in `images/`.
        codes: kind and size of each code, from `config.json`.
        entropies: of the codes and of real against fake, in nats, by name.
    """

    seed: int
    directory: WorkDirectory
    record: RunRecord
    scores: dict[str, float]
    history: History
    pictures: dict[str, Path]
    codes: dict[str, Any]
    entropies: dict[str, float]

    @property
    def was_tried(self) -> bool:
        """Whether the run has ended: it finished or failed."""
        return self.record.status in (FINISHED, FAILED)


@dataclasses.dataclass(frozen=True)
class RowResult:
    """A row with all its runs, in the order of seeds."""

    row: Row
    runs: tuple[StudyRun, ...]

    @property
    def finished(self) -> list[StudyRun]:
        """The runs that have scores."""
        return [run for run in self.runs if run.record.status == FINISHED]


def read_study(study: Study, directory: StudyDirectory, seeds: int) -> list[RowResult]:
    """Reads every run of a study, including those that have not started.

    Raises:
        ValueError: a file is damaged.
    """
    records = directory.read_records()
    return [
        RowResult(
            row,
            tuple(
                read_run(
                    directory.run_directory(row.name, seed),
                    seed,
                    records.get(record_key(row.name, seed)),
                )
                for seed in range(seeds)
            ),
        )
        for row in study.rows
    ]


def read_run(directory: WorkDirectory, seed: int, record: RunRecord | None = None) -> StudyRun:
    """Reads one run.

    Args:
        directory: its work directory; it need not exist.
        seed: of the run.
        record: its status; a run that has scores counts as finished in any case.

    Raises:
        ValueError: a file is damaged.
    """
    scores = directory.read_scores() if directory.evaluation.is_file() else {}
    history = _read_history(directory.metrics)
    latents = directory.read_config()["latents"] if directory.config.exists() else None
    record = record or RunRecord()
    if scores:  # also if it was evaluated outside of the study
        record = dataclasses.replace(record, status=FINISHED, message="")
    return StudyRun(
        seed=seed,
        directory=directory,
        record=record,
        scores={**scores, **_training_information(history)} if scores else {},
        history=history,
        pictures={name: each[-1][1] for name, each in find_pictures(directory.images).items()},
        codes=latents["codes"] if latents else {},
        entropies={**build_latents(latents).entropy(), **REAL_FAKE_ENTROPY} if latents else {},
    )


def updates(run: StudyRun) -> int:
    """The last recorded update of a run."""
    steps = [run.scores.get("step", 0.0), *(epoch["step"] for epoch in run.history[-1:])]
    return int(max(step for step in steps if math.isfinite(step)))


def _read_history(path: Path) -> History:
    if not path.is_file():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        rows = [{name: _number(text) for name, text in row.items()} for row in csv.DictReader(file)]
    return [row for row in rows if math.isfinite(row.get("step", math.nan))]


def _training_information(history: History) -> dict[str, float]:
    """The information of the codes at the end of training, with the networks in training mode."""
    last = history[-1] if history else {}
    names = [name for name in last if name.startswith("information/")]
    return {f"training_{name}": last[name] for name in names if name != "information/real_fake"}


def _number(text: Any) -> float:
    try:
        return float(text)
    except (TypeError, ValueError):
        return math.nan


def find_pictures(directory: Path) -> dict[str, list[tuple[int, Path]]]:
    """The pictures of a run's `images/` by name, each with its update, in their order."""
    found: dict[str, list[tuple[int, Path]]] = {}
    for path in directory.glob("*.png"):
        if match := _PICTURE.fullmatch(path.name):
            found.setdefault(match["name"], []).append((int(match["step"]), path))
    return {name: sorted(found[name]) for name in sorted(found)}
