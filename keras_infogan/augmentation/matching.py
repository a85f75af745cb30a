"""Matches each value of a categorical code with a class, by a few labels or by a file."""

from __future__ import annotations

import json
import os
from collections.abc import Collection
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from keras_infogan.runtime.files import user_path

UNMATCHED = -1
FEWEST_VOTES = 0.5  # of an even share of the votes


def match_values(probabilities: Any, labels: Any, class_count: int) -> np.ndarray:
    """Gives each value of a code the class that labeled images vote for.

    Every image votes for its class with all its probabilities,

        votes[c, y] = sum over images x of class y of Q(c|x),

    so that a value which is never the most probable one still has votes. With as many values as
    classes, the matching is one to one with the most votes; a value without votes has the remaining
    class. Otherwise each value has the class with the most votes, the lowest in a tie; a value with
    less than half of an equal share of all votes has no class.

    Args:
        probabilities: Q(c|x) of N labeled images, floats [N, V].
        labels: their classes, int [N], with the same number of images per class.
        class_count: K; classes are 0 to K - 1.

    Returns:
        int64 [V]: the class of each value, or `UNMATCHED`.

    Raises:
        ValueError: no images, other shapes, or a class out of range.

    Examples:
        >>> match_values([[0.9, 0.1], [0.2, 0.8]], [1, 0], 2).tolist()
        [1, 0]
    """
    probabilities, labels = np.asarray(probabilities, np.float64), np.asarray(labels)
    if probabilities.ndim != 2 or labels.shape != probabilities.shape[:1] or not labels.size:
        raise ValueError(
            "`probabilities` should be [N, V] and `labels` [N]. "
            f"Received: shapes {probabilities.shape} and {labels.shape}"
        )
    if labels.min() < 0 or labels.max() >= class_count:
        raise ValueError(
            f"`labels` should be from 0 to {class_count - 1}. "
            f"Received: from {labels.min()} to {labels.max()}"
        )
    votes = probabilities.T @ np.eye(class_count)[labels]
    value_count = len(votes)
    if value_count == class_count:
        return linear_sum_assignment(votes, maximize=True)[1]
    enough = FEWEST_VOTES * votes.sum() / value_count
    return np.where(votes.sum(axis=1) < enough, UNMATCHED, votes.argmax(axis=1))


def class_probabilities(probabilities: Any, matching: Any, class_count: int) -> np.ndarray:
    """A recognition network as a classifier: p(y|x) = sum of Q(c|x) over the values c of class y.

    Args:
        probabilities: Q(c|x), floats [N, V].
        matching: the class of each value, int [V], or `UNMATCHED`.
        class_count: K.

    Returns:
        float64 [N, K]; rows sum to less than 1 if some values have no class.

    Examples:
        >>> class_probabilities([[0.5, 0.2, 0.3]], [0, 1, 1], 2).tolist()
        [[0.5, 0.5]]
    """
    matching = np.asarray(matching)
    belongs = matching[:, None] == np.arange(class_count)
    return np.asarray(probabilities, np.float64) @ belongs


def read_matching(
    path: str | os.PathLike[str], value_count: int, classes: Collection[int]
) -> np.ndarray:
    """Reads a matching that a person made, for example from pictures of the code.

    Args:
        path: a JSON file: `{"0": 3, "1": 0, ...}`, a class for each value of the code, or the same
            as a list, `[3, 0, ...]`. Classes are numbers, `3` or `"3"`; null is for a value whose
            images match no class.
        value_count: V; values are 0 to V - 1.
        classes: the classes of the data.

    Returns:
        int64 [V]: the class of each value, or `UNMATCHED`.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is not such JSON, a value is missing, a value or a class is unknown, or there
            is no class at all.

    Examples:
        >>> written = Path("hand.json").write_text('["3", 0, null]')
        >>> read_matching("hand.json", 3, range(10)).tolist()
        [3, 0, -1]
    """
    try:
        given = json.loads(user_path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise OSError(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise ValueError(f"{path} should hold JSON. Received: {error}") from error
    if isinstance(given, list):
        given = {str(value): name for value, name in enumerate(given)}
    values = [str(value) for value in range(value_count)]
    if not isinstance(given, dict) or given.keys() != set(values):
        raise ValueError(
            f"{path} should give a class to each value of the code, from 0 to {value_count - 1}. "
            f"Received: {_difference(given, values)}"
        )
    matching = [_class_number(path, value, given[value], classes) for value in values]
    if set(matching) == {UNMATCHED}:
        raise ValueError(f"{path} should give a class to some value. Received: null for all")
    return np.array(matching)


def _difference(given: Any, values: list[str]) -> str:
    if not isinstance(given, dict):
        return repr(given)
    missing = [value for value in values if value not in given]
    unknown = [value for value in given if value not in values]
    parts = [("nothing for", missing), ("something for", unknown)]
    return ", ".join(f"{what} {', '.join(names)}" for what, names in parts if names)


def _class_number(path: Any, value: str, given: Any, classes: Collection[int]) -> int:
    if given is None:
        return UNMATCHED
    numbers = {str(number): int(number) for number in classes}
    if isinstance(given, bool) or str(given) not in numbers:
        raise ValueError(
            f"{path} should give value {value} one of the data's classes {', '.join(numbers)}, "
            f"or null. Received: {given!r}"
        )
    return numbers[str(given)]
