"""Binary attributes against codes: which code tells which attribute, and how well by chance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

SHUFFLES = 20
QUANTILE_BINS = 10  # of a continuous code
FEWEST = 2  # images of each value of an attribute: one to fit on, one to score on


class AttributeRow(NamedTuple):
    """An attribute in `attribute_table`.

    Attributes:
        attribute: its name.
        code: the name of the code that tells it best.
        balanced_accuracy: of that code, in [0, 1]; 0.5 is a guess.
        shuffled_mean: the mean of the same over shuffled attributes: what chance gives.
        shuffled_std: its sample standard deviation over the shuffles.
    """

    attribute: str
    code: str
    balanced_accuracy: float
    shuffled_mean: float
    shuffled_std: float


def attribute_table(
    codes: Mapping[str, Any], attributes: Mapping[str, Any], seed: int = 0
) -> list[AttributeRow]:
    """Reads each binary attribute off each code alone, and reports the best code.

    The images are split into two halves, in which the attribute is equally frequent. With n_v the
    images of value v of the code in the first half, and p_v those of them with the attribute:

        reading: v means the attribute if p_v / sum_u p_u > (n_v - p_v) / sum_u (n_u - p_u)
        balanced accuracy = 1/2 (share of images with the attribute in the second half that are read
            right + the same share of the images without it)

    So each value means the class that is more likely for it, with classes weighted by their inverse
    frequency, and many values may mean the same class. A rare attribute counts as much as its
    absence: a constant reading has a balanced accuracy of 0.5.

    The best of many codes is above 0.5 by chance. Therefore the same is done with shuffled
    attributes, 20 times, each time with the best code of that shuffle. A code tells an attribute if
    its balanced accuracy is several standard deviations above the mean of the shuffles.

    Args:
        codes: name -> the code's value of each image: [N] of integers or booleans, a category; or
            [N] of floats, a continuous code, which is cut into ten bins of equally many images.
        attributes: name -> [N], with two values each; the greater is the attribute's presence.
        seed: int, of the halves and of the shuffles.

    Returns:
        A row per attribute, in the order given.

    Raises:
        TypeError: a code is not numbers.
        ValueError: there is no code, lengths differ, a code is not finite, or an attribute has
            another number of values than two, or a single image of one of them.

    Examples:
        >>> kinds = np.arange(400) % 4
        >>> (row,) = attribute_table({"kind": kinds}, {"odd": kinds % 2})
        >>> row.code, row.balanced_accuracy
        ('kind', 1.0)
    """
    if not codes:
        raise ValueError("`codes` should have one code or more. Received: none")
    values = {name: _as_values(name, code) for name, code in codes.items()}
    rows = []
    for index, (name, attribute) in enumerate(attributes.items()):
        present = _check_attribute(name, attribute, {len(each) for each in values.values()})
        generator = np.random.default_rng([seed, index])
        scores = _scores(values, present, generator)
        best = max(scores, key=scores.__getitem__)
        shuffled = [
            max(_scores(values, generator.permutation(present), generator).values())
            for _ in range(SHUFFLES)
        ]
        rows.append(
            AttributeRow(
                name, best, scores[best], float(np.mean(shuffled)), float(np.std(shuffled, ddof=1))
            )
        )
    return rows


def _as_values(name: str, code: Any) -> np.ndarray:
    """A code as indices of its values, int64 [N]."""
    code = np.asarray(code)
    if code.dtype.kind not in "biuf":
        raise TypeError(f"Codes should be numbers. Received: {name} of dtype {code.dtype}")
    if code.ndim != 1 or not code.size:
        raise ValueError(
            f"Codes should have shape [N] with N above 0. Received: {name} of shape {code.shape}"
        )
    if code.dtype.kind == "f":
        if not np.isfinite(code).all():
            raise ValueError(f"Codes should be finite. Received: NaN or infinity in {name}")
        inner = np.arange(1, QUANTILE_BINS) / QUANTILE_BINS
        return np.searchsorted(np.quantile(code, inner), code, side="right")
    return np.unique(code, return_inverse=True)[1]


def _check_attribute(name: str, attribute: Any, lengths: set[int]) -> np.ndarray:
    """Which images have the attribute, bool [N]."""
    attribute = np.asarray(attribute)
    if attribute.ndim != 1 or {len(attribute)} != lengths:
        raise ValueError(
            "Codes and attributes should have one value per image. "
            f"Received: {name} of shape {attribute.shape} and codes of {sorted(lengths)} images"
        )
    if not is_binary(attribute):
        raise ValueError(
            f"An attribute should have two values, each in {FEWEST} images or more. "
            f"Received: {name}, with {len(np.unique(attribute))} values in {len(attribute)} images"
        )
    return attribute == attribute.max()


def is_binary(label: Any) -> bool:
    """Whether a label can be an attribute: it has two values, each in two images or more.

    Examples:
        >>> is_binary([0, 1, 1, 0]), is_binary([0, 1, 1, 1]), is_binary([0, 1, 2, 0, 1, 2])
        (True, False, False)
    """
    counts = np.unique(np.asarray(label), return_counts=True)[1]
    return len(counts) == 2 and int(counts.min()) >= FEWEST


def _scores(
    values: Mapping[str, np.ndarray], present: np.ndarray, generator: np.random.Generator
) -> dict[str, float]:
    """The balanced accuracy of each code, on a new split into halves."""
    second_half = _second_half(present, generator)
    return {name: _balanced_accuracy(code, present, second_half) for name, code in values.items()}


def _second_half(present: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """A random half of the images with the attribute and of those without, bool [N]."""
    chosen = np.zeros(len(present), bool)
    for rows in (np.flatnonzero(present), np.flatnonzero(~present)):
        chosen[generator.permutation(rows)[: len(rows) // 2]] = True
    return chosen


def _balanced_accuracy(values: np.ndarray, present: np.ndarray, second_half: np.ndarray) -> float:
    """Of the reading that is fitted on the first half, on the second half."""
    counts = np.bincount(4 * values + 2 * second_half + present, minlength=4 * (values.max() + 1))
    first, second = np.moveaxis(counts.reshape(-1, 2, 2), 1, 0)  # [values, absent or present]
    first, second = first / first.sum(axis=0), second / second.sum(axis=0)
    means_present = first[:, 1] > first[:, 0]
    return float(second[means_present, 1].sum() + second[~means_present, 0].sum()) / 2.0
