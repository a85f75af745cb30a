"""Stability: do models with the same config and different seeds read the same codes of images?

With a number of clusters that the data does not have, every run finds other clusters (Ben-Hur et
al. 2002; Lange et al. 2004, Neural Computation 16). Runs are compared in pairs, as in InfoGAN-CR's
ModelCentrality (arXiv:1906.06034), but without its FactorVAE votes. For a model's only code these
votes are always right. If each category counts as a separate code, images of one category leave
all codes unchanged. Then a full agreement of K categories gives a right vote only about 1 - 1/K of
the time: more categories would seem more stable. Instead

- categories are compared by their adjusted mutual information. It is 0 for chance, for any number
  of categories, so it favors neither few nor many. Its mean over pairs is the consensus index of
  Vinh and Epps (2009), who maximize it to choose the number of clusters;
- numbers are compared by the square of Spearman's correlation: the share of one's variance in ranks
  that the other explains.

The same code name may have another meaning with another seed (the left bar in one, the right bar in
another). So the codes of two models are matched one to one, for the best agreement.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import adjusted_mutual_info_score

from keras_infogan.metrics import centrality, rank_relation
from keras_infogan.metrics.codes_and_factors import check_codes, varying_columns

UNUSED_BELOW = 0.1  # of an equal share of the images, 1/K

# How well two models' codes, [N, A] and [N, B], agree.
Agreement = Callable[[Any, Any], float]


class Stability(NamedTuple):
    """How well models agree, pair by pair.

    Attributes:
        mean: over the pairs, 1 where all agree fully.
        lowest: the minimum over pairs.
        error: standard error of the mean over models, by leaving out each in turn (the jackknife
            of a U-statistic: pairs that share a model are not independent); None for two models.
        medoid: the index of the model that agrees best with the others.
    """

    mean: float
    lowest: float
    error: float | None
    medoid: int


def stability(models: Sequence[Any], agreement: Agreement) -> Stability:
    """How well models agree on the same images.

    Args:
        models: the codes [N, D] that each of two models or more reads off the same N images.
        agreement: `category_agreement` or `number_agreement`.

    Raises:
        TypeError: codes are not numbers.
        ValueError: there are fewer than two models, lengths differ, or codes are not finite.

    Examples:
        >>> models = [[0], [0], [1], [1]], [[5], [5], [3], [3]]
        >>> float(stability(models, category_agreement).mean)
        1.0
    """
    scores = np.eye(len(models))
    for i, j in combinations(range(len(models)), 2):
        scores[i, j] = scores[j, i] = agreement(models[i], models[j])
    nearness = centrality(scores)
    pairs = scores[np.triu_indices(len(models), 1)]
    return Stability(
        float(pairs.mean()), float(pairs.min()), _jackknife(scores), int(nearness.argmax())
    )


def category_agreement(first: Any, second: Any) -> float:
    """Adjusted mutual information of two models' categories, averaged over matched codes.

    AMI(u, v) = (I(u; v) - E I) / ((H(u) + H(v)) / 2 - E I) of codes u and v, E I the mean of I over
    all partitions of the same sizes; 0 where a code has one value on all images.

    Args:
        first, second: int [N, A] and [N, B], one column per code: its most probable value. Codes
            without a match count 0.

    Raises:
        TypeError, ValueError: as `stability`.

    Examples:
        >>> float(category_agreement([[0], [0], [1], [1]], [[5], [5], [3], [3]]))
        1.0

        Reference: Vinh, Epps and Bailey, JMLR 11 (2010), 2837-2854.
    """
    first, second = _check_pair(first, second)
    both_vary = np.outer(varying_columns(first), varying_columns(second))
    related = np.zeros(both_vary.shape)
    for a, b in np.argwhere(both_vary):
        related[a, b] = adjusted_mutual_info_score(first[:, a], second[:, b])
    return _matched(related)


def number_agreement(first: Any, second: Any) -> float:
    """Squared rank correlation of two models' numbers, averaged over matched dimensions.

    Args:
        first, second: float [N, A] and [N, B], one column per dimension. Constant columns, and
            those without a match, count 0.

    Raises:
        TypeError, ValueError: as `stability`.

    Examples:
        >>> round(float(number_agreement([[0.1], [0.2], [0.4]], [[-1], [-2], [-9]])), 3)
        1.0
    """
    first, second = _check_pair(first, second)
    columns, others = varying_columns(first), varying_columns(second)
    both_vary = np.outer(columns, others)
    related = np.zeros(both_vary.shape)
    if both_vary.any():
        of_both = rank_relation(first[:, columns], second[:, others])
        related[both_vary] = of_both.ravel() ** 2
    return _matched(related)


def unused_categories(values: Any, size: int) -> list[int]:
    """The categories of a code that almost no image has: fewer than a tenth of N / size.

    Args:
        values: int [N], the most probable category of each image.
        size: of the code, int >= 1.

    Raises:
        ValueError: no images, or a value that is not a category.

    Examples:
        >>> unused_categories([0, 0, 2, 2], size=4)
        [1, 3]
    """
    values = np.asarray(values)
    if values.ndim != 1 or not values.size or values.min() < 0 or values.max() >= size:
        raise ValueError(
            f"`values` should be a row of categories from 0 to {size - 1}. Received: {values}"
        )
    shares = np.bincount(values, minlength=size) / len(values)
    return np.flatnonzero(shares < UNUSED_BELOW / size).tolist()


def _check_pair(first: Any, second: Any) -> tuple[np.ndarray, np.ndarray]:
    first, second = check_codes(first), check_codes(second)
    if len(first) != len(second):
        raise ValueError(
            "Codes of two models should be of the same images. "
            f"Received: {len(first)} and {len(second)} rows"
        )
    return first, second


def _matched(related: np.ndarray) -> float:
    """The mean of the best one-to-one matching; unmatched codes count 0."""
    matching = linear_sum_assignment(related, maximize=True)
    return float(related[matching].sum() / max(related.shape))


def _jackknife(scores: np.ndarray) -> float | None:
    count = len(scores)
    if count < 3:
        return None
    left = [
        centrality(np.delete(np.delete(scores, index, axis=0), index, axis=1)).mean()
        for index in range(count)
    ]
    return float(np.sqrt((count - 1) * np.var(left)))
