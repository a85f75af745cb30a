"""The scores of an augmentation: a flat record in a directory, and a table."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from keras_infogan.augmentation.trial import SCORES
from keras_infogan.runs.comparison import SIGNIFICANCE, differs
from keras_infogan.runtime.files import write_json
from keras_infogan.runtime.tables import format_table

FILE = "augmentation.json"
LOCK = "lock"
VOTED = "few labels"  # the matching by votes, without a file
_HEADS = (
    "labels per class",
    "real images alone",
    "with generated ones",
    "recognition network",
    "values matched",
)


class AugmentationRecord:
    """The record of an augmentation: its settings, and a number for each score of each draw.

    It is written after each draw, so that an interrupted augmentation can be resumed. Flat:
    "real_accuracy/5" is a mean over draws of 5 labels per class, next to "real_accuracy/5/sd",
    "real_accuracy/5/minimum" and "real_accuracy/5/draw_0".

    Args:
        directory: the augmentation's.
        settings: settings that identify this augmentation, plain values by name; "labels_per_class"
            and "draws" are among them.

    Attributes:
        values: name -> number or text.

    Raises:
        ValueError: the directory holds another augmentation, or a damaged record.
        OSError: it cannot be written.
    """

    def __init__(self, directory: Path, settings: Mapping[str, Any]):
        self._path = directory / FILE
        self._settings = dict(settings)
        self.values = dict(settings)
        if self._path.is_file():
            self.values = _read(self._path)
            self._check_same()
        write_json(self._path, self.values)

    def has(self, per_class: int, draw: int) -> bool:
        """Whether a draw was measured."""
        return all(f"{score}/{per_class}/draw_{draw}" in self.values for score in SCORES)

    def add(self, per_class: int, draw: int, scores: Mapping[str, float]) -> None:
        """Adds a draw's scores, and updates the means."""
        for score, value in scores.items():
            name = f"{score}/{per_class}"
            self.values[f"{name}/draw_{draw}"] = value
            found = scores_of_draws(self.values, score, per_class)
            self.values[name] = float(np.mean(found))
            self.values[f"{name}/minimum"] = min(found)
            if len(found) > 1:
                self.values[f"{name}/sd"] = float(np.std(found, ddof=1))
        write_json(self._path, self.values)

    def note(self, further: Mapping[str, Any]) -> None:
        """Adds values that are not scores."""
        self.values.update(further)
        write_json(self._path, self.values)

    def _check_same(self) -> None:
        differing = [
            name for name, value in self._settings.items() if self.values.get(name) != value
        ]
        if differing:
            raise ValueError(
                f"{self._path.parent} holds another augmentation: it differs in "
                f"{', '.join(differing)}. Give the settings that it was started with, or "
                "another --out."
            )


def scores_of_draws(values: Mapping[str, Any], score: str, per_class: int) -> list[float]:
    """A score in every draw of a record."""
    start = f"{score}/{per_class}/draw_"
    return [value for name, value in values.items() if name.startswith(start)]


def table(values: Mapping[str, Any]) -> str:
    """A record as lines for people.

    They have the class of each value in the dataset and its source, accuracies over draws as
    mean +- deviation (minimum), and the cases in which generated images and codes helped.
    """
    numbers = [int(each) for each in values["labels_per_class"].split(",")]
    rows = [(str(number), *_cells(values, number)) for number in numbers]
    lines = [_classes(values, max(numbers)), format_table(rows, _HEADS, numbers=[0])]
    if values["draws"] < 2:
        return "\n".join([*lines, "A single draw has no spread: use more draws."])
    lines.append(f"Against real images alone (Welch's t-test over draws, p < {SIGNIFICANCE}):")
    for score, name in zip(SCORES[1:3], _HEADS[2:4], strict=True):
        lines.append(f"  {name}: {_verdict(values, score, numbers)}")
    return "\n".join(lines)


def _classes(values: Mapping[str, Any], most: int) -> str:
    start = "class_of/"
    classes = {name: each for name, each in values.items() if name.startswith(start)}
    pairs = ", ".join(f"{name.removeprefix(start)}: {each}" for name, each in classes.items())
    voted = f"the first draw of {most} labels per class"
    by = voted if values["matching"] == VOTED else "the given matching"
    return f"dataset: {values['images']} images, class of each value by {by}: {pairs}"


def _cells(values: Mapping[str, Any], number: int) -> list[str]:
    *accuracies, matched = (scores_of_draws(values, score, number) for score in SCORES)
    return [*map(_cell, accuracies), f"{np.mean(matched):.2f}"]


def _cell(found: Sequence[float]) -> str:
    text = f"{np.mean(found):.4f}"
    if len(found) > 1:
        text += f" +- {np.std(found, ddof=1):.4f} ({min(found):.4f})"
    return text


def _verdict(values: Mapping[str, Any], score: str, numbers: Sequence[int]) -> str:
    """The numbers of labels at which a score is better than with real images alone."""
    places: dict[str, list[str]] = {}
    for number in numbers:
        alone, other = (scores_of_draws(values, name, number) for name in (SCORES[0], score))
        is_better = np.mean(other) > np.mean(alone)
        found = ("better" if is_better else "worse") if differs(alone, other) else "no difference"
        places.setdefault(found, []).append(str(number))
    return "; ".join(f"{found} at {', '.join(some)}" for found, some in places.items())


def _read(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise ValueError(f"{path} is damaged: {error}") from error
