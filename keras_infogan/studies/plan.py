"""The options of a study, and the runs that it needs."""

from __future__ import annotations

import ast
import dataclasses
import shlex
from collections.abc import Sequence
from typing import Any, NamedTuple

from keras_infogan.evaluation.group_names import BY_CLASSIFIER
from keras_infogan.runs.checking import check_config
from keras_infogan.runtime.arguments import checked_count
from keras_infogan.studies.definition import Row, Study
from keras_infogan.studies.directory import StudyDirectory, record_key
from keras_infogan.studies.processes import Task


@dataclasses.dataclass(frozen=True)
class StudyOptions:
    """The user's options for a study.

    Args:
        workdir: the study's directory.
        seeds: runs of each row, with seeds 0, 1, ...
        data_dir: TFDS's data_dir; None is TFDS's own choice.
        steps: generator updates of every run; None is each config's own number.
        rows: names of the rows to run; none is all. The page shows every row.
        set: "FIELD=VALUE" of every run's config; the value as Python writes it, else a string.

    Raises:
        ValueError: `seeds` is below 1, or an entry of `set` is not FIELD=VALUE.
    """

    workdir: str
    seeds: int
    data_dir: str | None = None
    steps: int | None = None
    rows: Sequence[str] = ()
    set: Sequence[str] = ()

    def __post_init__(self) -> None:
        checked_count("seeds", self.seeds, 1)
        for setting in self.set:
            if not setting.partition("=")[0] or "=" not in setting:
                raise ValueError(f"`set` should be FIELD=VALUE. Received: {setting!r}")

    def settings(self) -> dict[str, Any]:
        """The fields to set in every run's config, flat."""
        steps = {} if self.steps is None else {"steps": self.steps}
        pairs = (setting.partition("=") for setting in self.set)
        return {**steps, **{field: parse_value(text) for field, _, text in pairs}}

    def command(self, study: Study) -> str:
        """The command that runs this study, as a user types it."""
        flags = dataclasses.asdict(self)
        settings = [("set", setting) for setting in flags.pop("set")]
        del flags["rows"]  # the page shows all rows
        arguments = [
            f"--{name}={value}" for name, value in [*flags.items(), *settings] if value is not None
        ]
        return shlex.join([f"infogan-{study.command}", *study.arguments, *arguments])


class PlannedRun(NamedTuple):
    """A run that a study needs, with its resolved config."""

    row: Row
    seed: int
    config: Any

    @property
    def key(self) -> str:
        """Its name in `runs.json`."""
        return record_key(self.row.name, self.seed)

    def task(self, directory: StudyDirectory, data_dir: str | None) -> Task:
        """The commands that make it."""
        overrides = [
            f"--config.{name}={value}" for name, value in self.row.settings(self.seed).items()
        ]
        work = directory.run_directory(self.row.name, self.seed)
        where = [f"--workdir={work.path}"]
        if data_dir is not None:
            where.append(f"--data_dir={data_dir}")
        train = (f"--config={self.row.config}", *overrides, *where)
        evaluate = [f"--metrics={','.join(self.row.metrics)}", *where]
        if set(self.row.metrics) & set(BY_CLASSIFIER):
            classifier = directory.classifier(self.config.data.to_dict())
            evaluate.append(f"--classifier={classifier}")
        log = directory.log(self.row.name, self.seed)
        return Task((("train", train), ("evaluate", tuple(evaluate))), log, work.model)


def plan_runs(study: Study, options: StudyOptions) -> list[PlannedRun]:
    """All runs of a study, seed by seed, so that an unfinished page shows every row.

    Raises:
        ValueError: rows that the study does not have, or a bad config.
    """
    names = [row.name for row in study.rows]
    if not set(options.rows) <= set(names):
        raise ValueError(f"`rows` should be among {names}. Received: {list(options.rows)}")
    runs = [
        PlannedRun(row, seed, row.configuration(seed))
        for seed in range(options.seeds)
        for row in study.rows
        if not options.rows or row.name in options.rows
    ]
    for planned in runs:
        check_config(planned.config)
    return runs


def parse_value(text: str) -> Any:
    """The value of a field from a flag: a Python literal, or else a string."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text
