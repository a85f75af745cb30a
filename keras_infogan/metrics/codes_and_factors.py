"""Codes and true factors: checks before scoring, and the points to score on."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from keras_infogan.metrics.checks import check_finite_rows
from keras_infogan.runtime.arguments import checked_count
from keras_infogan.runtime.images import with_numpy_floats

SMALL = 1e-100  # of the largest size of a code


def check_codes(codes: Any) -> np.ndarray:
    """Codes as float64 [N, D].

    Raises:
        TypeError: they are not numbers.
        ValueError: they are not two-dimensional, are empty, or as `check_finite_rows`.
    """
    codes = with_numpy_floats(np.asarray(codes))
    if codes.dtype.kind not in "biuf":
        raise TypeError(f"Codes should be numbers. Received: dtype {codes.dtype}")
    if codes.ndim != 2 or not codes.size:
        raise ValueError(
            f"Codes should have shape [N, D], neither of them 0. Received: shape {codes.shape}"
        )
    check_finite_rows("Codes", codes)
    return codes.astype(np.float64)


def check_compared_codes(codes: Any) -> np.ndarray:
    """Codes as `check_codes`, for measures of how codes go with something else.

    The squares of values below 1e-154 would be 0. So a code whose values are all below 1e-100 in
    size is multiplied by a power of two, which is exact. SAP, which depends on the scale
    of a code, then has the value of the larger code.
    """
    codes = check_codes(codes)
    sizes = np.abs(codes).max(axis=0)
    return np.where(sizes < SMALL, np.ldexp(codes, -np.frexp(sizes)[1]), codes)


def varying_columns(rows: np.ndarray) -> np.ndarray:
    """Which columns of rows [N, C] have more than one value, bool [C].

    It compares values, since the standard deviation of a constant column may be just above 0.
    """
    return np.any(rows != rows[:1], axis=0)


def check_codes_and_factors(codes: Any, factors: Any) -> tuple[np.ndarray, np.ndarray]:
    """Codes as float64 [N, D] and, as int64 [N, F'], the factors with two values or more.

    A factor with a single value (the color of dSprites) cannot be scored: every measure leaves it
    out.

    Raises:
        TypeError: codes are not numbers, or factors are not integers.
        ValueError: shapes or lengths differ from these, codes are not finite, or every factor
            has a single value.
    """
    codes, factors = check_compared_codes(codes), np.asarray(factors)
    if factors.dtype.kind not in "biu":
        raise TypeError(f"Factors should be integers. Received: dtype {factors.dtype}")
    if factors.ndim != 2 or len(factors) != len(codes):
        raise ValueError(
            "Factors should have shape [N, F], with as many rows as the codes. "
            f"Received: factors of shape {factors.shape} and codes of shape {codes.shape}"
        )
    factors = factors.astype(np.int64)[:, varying_columns(factors)]
    if not factors.size:
        raise ValueError(
            "Factors should include one with two values or more. "
            f"Received: a single value of each in {len(codes)} rows"
        )
    return codes, factors


def check_discrete(discrete: Sequence[bool] | None, count: int) -> np.ndarray:
    """Which codes are categories, bool [count]; None is none of them.

    Raises:
        ValueError: another length than the codes.
    """
    if discrete is None:
        return np.zeros(count, bool)
    if np.shape(discrete) != (count,):
        raise ValueError(
            f"`discrete` should have one boolean for each of {count} codes. "
            f"Received: discrete={discrete!r}"
        )
    return np.asarray(discrete, bool)


class TrainTestPoints(NamedTuple):
    """Points to fit a predictor on, and points to score it on."""

    train_codes: np.ndarray
    train_factors: np.ndarray
    test_codes: np.ndarray
    test_factors: np.ndarray


@dataclasses.dataclass(frozen=True)
class PointSplit:
    """How many points a measure is fitted on and how many it is scored on.

    Points are drawn without replacement. If there are fewer than `train + test`, all are used, in
    the same proportion.

    Args:
        train: int, at least 1, points to fit on.
        test: int, at least 0, further points to score on. With 0, the score is taken on the
            points of the fit itself.

    Raises:
        ValueError: a number is below its bound.
    """

    train: int = 10_000
    test: int = 5_000

    def __post_init__(self) -> None:
        checked_count("train", self.train, 1)
        checked_count("test", self.test, 0)

    def draw(self, codes: np.ndarray, factors: np.ndarray, seed: int) -> TrainTestPoints:
        """Splits codes [N, D] and factors [N, F].

        Raises:
            ValueError: a factor has a single value among the points to fit on.
        """
        order = np.random.default_rng(seed).permutation(len(codes))
        share = min(1.0, len(codes) / (self.train + self.test))
        train, rest = np.split(order, [max(1, int(share * self.train))])
        test = rest[: max(1, int(share * self.test))] if self.test else train
        if not varying_columns(factors[train]).all():
            raise ValueError(
                "Every factor should take two values or more among the points to fit on. "
                f"Received: {len(train)} such points, where a factor has only one value"
            )
        return TrainTestPoints(codes[train], factors[train], codes[test], factors[test])


HELD_OUT = PointSplit()
