"""What a study is: rows of a table, each a config that is run over several seeds."""

from __future__ import annotations

import dataclasses
import importlib
import re
from collections.abc import Mapping
from typing import Any

from keras_infogan.evaluation.group_names import check_groups
from keras_infogan.runtime.arguments import checked_count

DEFAULT_SCORES = ("code_accuracy", "nmi", "information")

_DIRECTORY_NAME = re.compile(r"[a-z0-9][a-z0-9_]*")


@dataclasses.dataclass(frozen=True)
class Row:
    """One experiment of a study.

    Args:
        name: of its directory: lower case letters, digits and underscores.
        label: its name for readers.
        config: the name of a built-in experiment, as for `--config`.
        reported: the result that the source reports, in words.
        note: differences from the source, in words; may be empty.
        overrides: flat, {"latents.noise": 0}, as `ConfigDict.update_from_flattened_dict` takes
            them; values are numbers, strings and booleans.
        scores: the scores to show: kinds ("code_accuracy": one line per code) or whole names
            ("information/real_fake") of `evaluation.json`.
        metrics: the groups that `infogan-evaluate` measures.

    Raises:
        ValueError: a name that cannot be a directory, no scores, unknown groups of metrics, or an
            override of None, which no flag can give.

    Examples:
        >>> Row("mnist", "InfoGAN", "mnist", "digit, rotation, width").configuration(seed=3).seed
        3
    """

    name: str
    label: str
    config: str
    reported: str
    note: str = ""
    overrides: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    scores: tuple[str, ...] = DEFAULT_SCORES
    metrics: tuple[str, ...] = ("codes", "information")

    def __post_init__(self) -> None:
        check_groups(self.metrics)
        if not _DIRECTORY_NAME.fullmatch(self.name):
            raise ValueError(
                "`name` should be lower case letters, digits and underscores. "
                f"Received: name={self.name!r}"
            )
        if missing := [name for name, value in self.overrides.items() if value is None]:
            raise ValueError(f"`overrides` should have values. Received: None for {missing}")
        if not self.scores:
            raise ValueError("`scores` should name the scores to show. Received: scores=()")

    def settings(self, seed: int) -> dict[str, Any]:
        """The config fields that the run of a seed sets, flat."""
        return {**self.overrides, "seed": seed}

    def configuration(self, seed: int) -> Any:
        """The ConfigDict of the run of a seed.

        Raises:
            ValueError: there is no such config, or it has no such field.
        """
        try:
            config = importlib.import_module(f"keras_infogan.configs.{self.config}").get_config()
            config.lock()  # a misspelt field should not become a new one
            config.update_from_flattened_dict(self.settings(seed))
        except (ModuleNotFoundError, KeyError, TypeError) as error:
            raise ValueError(
                f"The row {self.name!r} should set fields of a config that comes with the package. "
                f"Received: config={self.config!r}, {dict(self.overrides)} ({error})"
            ) from error
        return config


@dataclasses.dataclass(frozen=True)
class Study:
    """The experiments of a published table, run again.

    Args:
        name: as `--study` takes it.
        title: of the page.
        source: who reported it and where.
        about: the question of the study, one or two sentences.
        rows: the experiments, in the table's order.
        seeds: default number of runs per row, int >= 1.
        thresholds: accuracies that a run should reach, for a table of success rates; updates and
            minutes are counted until the last of them. Empty: no such table.
        flags: the flags of the command that select it; empty: `--study=NAME`.
        command: NAME of the `infogan-NAME` that runs it.

    Raises:
        ValueError: no rows, two rows with the same name, or no seeds.

    Examples:
        >>> row = Row("mnist", "InfoGAN", "mnist", "L_I rises to 2.3")
        >>> Study("short", "One row", "a poster", "Does it?", (row,), seeds=3).rows[0].label
        'InfoGAN'
    """

    name: str
    title: str
    source: str
    about: str
    rows: tuple[Row, ...]
    seeds: int
    thresholds: tuple[float, ...] = ()
    flags: tuple[str, ...] = ()
    command: str = "study"

    def __post_init__(self) -> None:
        names = [row.name for row in self.rows]
        if not names or len(set(names)) < len(names):
            raise ValueError(f"`rows` should have different names. Received: {names}")
        checked_count("seeds", self.seeds, 1)

    @property
    def arguments(self) -> tuple[str, ...]:
        """The flags that make the command run it."""
        return self.flags or (f"--study={self.name}",)

    def changed(self, settings: Mapping[str, Any]) -> Study:
        """This study with fields of every row's config set.

        Raises:
            ValueError: a field that some row sets itself, steps left out, or the seed.
        """
        own = {"seed"}.union(*(row.overrides for row in self.rows)) - {"steps"}
        if taken := sorted(own.intersection(settings)):
            raise ValueError(f"The study {self.name!r} sets these fields itself. Received: {taken}")
        rows = [
            dataclasses.replace(row, overrides={**row.overrides, **settings}) for row in self.rows
        ]
        return dataclasses.replace(self, rows=tuple(rows))
