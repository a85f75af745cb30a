"""Measures of disentanglement from groups of images that share one factor."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from keras_infogan.metrics.codes_and_factors import check_codes_and_factors, varying_columns
from keras_infogan.runtime.arguments import checked_count


@dataclasses.dataclass(frozen=True)
class FactorGroups:
    """How many groups of images that share a factor are drawn; the factors take turns.

    Args:
        size: int, at least 2, images (FactorVAE) or pairs of images (BetaVAE) in a group.
        train: int, at least 2, groups to fit the classifier on.
        test: int, at least 0, groups to score it on. With 0, the score is taken on the groups
            of the fit itself.

    Raises:
        ValueError: a number is below its bound.
    """

    size: int = 64
    train: int = 10_000
    test: int = 5_000

    def __post_init__(self) -> None:
        checked_count("size", self.size, 2)
        checked_count("train", self.train, 2)
        checked_count("test", self.test, 0)


HELD_OUT_GROUPS = FactorGroups()


class SharedFactor:
    """Draws, with replacement, images that share the value of one factor, int [N].

    Values are drawn as often as they occur; a value that only one image has is never drawn.

    Raises:
        ValueError: no two images share a value.
    """

    def __init__(self, factor: np.ndarray):
        _, self._values, self._counts = np.unique(factor, return_inverse=True, return_counts=True)
        self._rows = np.argsort(self._values, kind="stable")
        self._starts = np.cumsum(self._counts) - self._counts
        self._shared = np.flatnonzero(self._counts[self._values] > 1)
        if not self._shared.size:
            raise ValueError(
                "Every factor should have a value that two images share. "
                f"Received: {len(factor)} images, all of different values"
            )

    def images(self, shape: tuple[int, ...], generator: np.random.Generator) -> np.ndarray:
        """Rows of images, int of the given shape."""
        return generator.choice(self._shared, shape)

    def partners(self, images: np.ndarray, generator: np.random.Generator) -> np.ndarray:
        """For each of these rows, the row of an image of the same value."""
        values = self._values[images]
        return self._rows[self._starts[values] + generator.integers(self._counts[values])]


# Draws pairs of rows, int [groups, pairs] each.
PairSampler = Callable[
    [SharedFactor, tuple[int, int], np.random.Generator], tuple[np.ndarray, np.ndarray]
]


def pairs_of_own_value(
    shared: SharedFactor, shape: tuple[int, int], generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Pairs that each share their own value, as in the paper and disentanglement_lib."""
    images = shared.images(shape, generator)
    return images, shared.partners(images, generator)


def pairs_of_one_value(
    shared: SharedFactor, shape: tuple[int, int], generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of images that share one value in the whole group, as in InfoGAN-CR's code."""
    firsts = np.broadcast_to(shared.images((shape[0], 1), generator), shape)
    return shared.partners(firsts, generator), shared.partners(firsts, generator)


def beta_vae_score(
    codes: Any,
    factors: Any,
    groups: FactorGroups = HELD_OUT_GROUPS,
    draw_pairs: PairSampler = pairs_of_own_value,
    seed: int = 0,
) -> float:
    """The BetaVAE score: does the code that changes least show which factor was fixed?

    For each group, a factor k is chosen and pairs of images are drawn that share its value. The
    score is the accuracy of a linear classifier (a logistic regression) that predicts k from
    1/L sum_l |c(x_l,1) - c(x_l,2)|, with c(x) in R^D the codes and L the pairs in a group.

    Groups are drawn from the rows of the arrays, so any model is scored by its codes on a
    labeled data set. The factors should be crossed (every combination about as frequent), and
    each value should have many images.

    Args:
        codes: numbers [N, D], not rescaled. Constant codes score chance, about 1/F.
        factors: int [N, F]. Those of a single value are left out; with one left the score is 1.
        groups: how many groups, and of how many pairs.
        draw_pairs: `pairs_of_own_value` or `pairs_of_one_value`.
        seed: int, of the groups.

    Returns:
        A float in [0, 1], about 1/F by chance.

    Raises:
        TypeError: factors are not integers.
        ValueError: lengths differ, codes are not finite, every factor has a single value, or
            no two images share a factor's value.

    Examples:
        >>> factors = [[0, 0], [0, 1], [1, 0], [1, 1]] * 20
        >>> groups = FactorGroups(size=20, train=100, test=50)
        >>> float(beta_vae_score(factors, factors, groups))
        1.0

        Reference: Higgins et al., "beta-VAE: learning basic visual concepts with a constrained
        variational framework", ICLR 2017, section 3 and algorithm 1.
    """
    codes, factors = check_codes_and_factors(codes, factors)
    if factors.shape[1] == 1:
        return 1.0
    generator = np.random.default_rng(seed)

    def differences(shared: SharedFactor, count: int) -> np.ndarray:
        first, second = draw_pairs(shared, (count, groups.size), generator)
        return np.abs(codes[first] - codes[second]).mean(axis=1)

    train = _take_turns(factors, groups.train, differences)
    test = _take_turns(factors, groups.test, differences) if groups.test else train
    return float(LogisticRegression(max_iter=1000).fit(*train).score(*test))


def factor_vae_score(
    codes: Any,
    factors: Any,
    groups: FactorGroups = HELD_OUT_GROUPS,
    inactive_below: float = 0.0,
    seed: int = 0,
) -> float:
    """The FactorVAE score: does the code of least variance show which factor was fixed?

    For each group, a factor k is chosen and images are drawn that share one value of it. The
    group votes for the code d = argmin_j Var(c_j in the group) / Var(c_j). The score is the
    accuracy of the classifier that predicts, for each d, the factor of most training votes with d.

    Groups are drawn from the rows of the arrays, so any model is scored by its codes on a
    labeled data set. The factors should be crossed (every combination about as frequent), and
    each value should have many images.

    Args:
        codes: numbers [N, D].
        factors: int [N, F]. Those of a single value are left out; with one left the score is 1.
        groups: how many groups, and of how many images.
        inactive_below: float, at least 0, in units of the codes. Codes whose standard deviation
            is below this, and constant ones, get no vote; where there is no other, the score is 0.
        seed: int, of the groups.

    Returns:
        A float in [0, 1], about 1/F by chance.

    Raises:
        TypeError: factors are not integers.
        ValueError: lengths differ, codes are not finite, every factor has a single value, or
            no two images share a factor's value.

    Examples:
        >>> factors = [[0, 0], [0, 1], [1, 0], [1, 1]] * 20
        >>> groups = FactorGroups(size=20, train=100, test=50)
        >>> float(factor_vae_score(factors, factors, groups))
        1.0

        Reference: arXiv:1802.05983, section 4. The variance of all codes is that of all N rows.
    """
    codes, factors = check_codes_and_factors(codes, factors)
    deviations = codes.std(axis=0)
    active = varying_columns(codes) & (deviations >= inactive_below)
    if not active.any():
        return 0.0
    scaled = codes[:, active] / deviations[active]
    generator = np.random.default_rng(seed)

    def votes(shared: SharedFactor, count: int) -> np.ndarray:
        images, _ = pairs_of_one_value(shared, (count, groups.size), generator)
        return scaled[images].var(axis=1).argmin(axis=1)

    def counts(number: int) -> np.ndarray:
        table = np.zeros([scaled.shape[1], factors.shape[1]])
        np.add.at(table, _take_turns(factors, number, votes), 1)
        return table

    train = counts(groups.train)
    test = counts(groups.test) if groups.test else train
    return float(test[np.arange(len(test)), train.argmax(axis=1)].sum() / test.sum())


def _take_turns(
    factors: np.ndarray, count: int, describe: Callable[[SharedFactor, int], np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Descriptions of `count` groups, and the factor that each of them shares."""
    labels = np.sort(np.arange(count) % factors.shape[1])
    turns = np.bincount(labels, minlength=factors.shape[1])
    drawn = [
        describe(SharedFactor(factor), turn)
        for factor, turn in zip(factors.T, turns, strict=True)
        if turn
    ]
    return np.concatenate(drawn), labels
