"""Selects a disentangled model without labels: the one that other models agree with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import permutations
from typing import Any

import numpy as np
from scipy.stats import rankdata
from sklearn.linear_model import Lasso

from keras_infogan.metrics.codes_and_factors import (
    check_codes,
    check_compared_codes,
    varying_columns,
)
from keras_infogan.metrics.interventions import FactorGroups, factor_vae_score
from keras_infogan.metrics.mutual_information import BINS, discretize

LASSO_ALPHA = 0.1  # of disentanglement_lib's UDR

# The votes of InfoGAN-CR's code: 500 groups of 100 images, scored on themselves.
CROSS_GROUPS = FactorGroups(size=100, train=500, test=0)

# How strongly codes [N, A] relate to codes [N, B], float [A, B], at least 0.
Relation = Callable[[np.ndarray, np.ndarray], np.ndarray]


def lasso_relation(codes: np.ndarray, others: np.ndarray) -> np.ndarray:
    """|weight| of each of `codes` [N, A] in a lasso for each of `others` [N, B], float [A, B].

    All are standardized. The penalty of 0.1 takes 0.1 off the weight of a perfect predictor.
    """
    lasso = Lasso(LASSO_ALPHA).fit(_standardize(codes), _standardize(others))
    return np.abs(lasso.coef_).reshape(others.shape[1], codes.shape[1]).T


def rank_relation(codes: np.ndarray, others: np.ndarray) -> np.ndarray:
    """|Spearman's rank correlation| of `codes` [N, A] with `others` [N, B], float [A, B]."""
    ranks, other_ranks = (_standardize(rankdata(rows, axis=0)) for rows in (codes, others))
    return np.abs(ranks.T @ other_ranks) / len(ranks)


def _standardize(codes: np.ndarray) -> np.ndarray:
    return (codes - codes.mean(axis=0)) / codes.std(axis=0)


def udr_scores(
    codes: Sequence[Any],
    informative: Sequence[Sequence[bool]] | None = None,
    relation: Relation = lasso_relation,
) -> np.ndarray:
    """Unsupervised disentanglement ranking: do other models find the same codes?

    UDR_i = median over j != i of UDR_ji, where
    UDR_ji = 1/(A + B) [sum_b r_b^2 / sum_a R_ab + sum_a r_a^2 / sum_b R_ab],
    R_ab >= 0 is the relation of code a of model j to code b of model i, A and B count the
    codes, r_b = max_a R_ab and r_a = max_b R_ab. A code that relates to none adds 0.

    Args:
        codes: numbers [N, D_i] of each of two models or more, on the same N images.
        informative: bool [D_i] of each model, the codes to compare. For a VAE the paper takes
            those whose divergence from the prior is above 0.01 nats. By default all; constant
            codes never count.
        relation: `lasso_relation` (UDR_L) or `rank_relation` (UDR_S).

    Returns:
        float64 [number of models], each in [0, 1] for ranks. Uncorrelated codes agree fully
        with their permutations and reflections: 1 with `rank_relation`, 0.9 with
        `lasso_relation`. A model without informative codes, or whose rivals have none, scores 0.

    Raises:
        TypeError: codes are not numbers.
        ValueError: there are fewer than two models, lengths differ, codes are not finite, or
            `informative` does not fit the codes.

    Examples:
        >>> codes = np.random.default_rng(0).normal(size=[9000, 2])
        >>> scores = udr_scores([codes, -codes[:, ::-1]], relation=rank_relation)
        >>> [round(float(score), 1) for score in scores]
        [1.0, 1.0]

        Reference: arXiv:1905.12614. Code j predicts code i and the weights are
        disentanglement_lib's; where models differ in their count of codes that code averages the
        two sums apart.
    """
    kept = _informative_codes(_check_models(codes), informative)
    agreements = np.zeros([len(kept), len(kept)])
    for i, j in permutations(range(len(kept)), 2):
        agreements[j, i] = _agreement(kept[j], kept[i], relation)
    return np.array([np.median(np.delete(agreements[:, i], i)) for i in range(len(kept))])


def _check_models(codes: Sequence[Any]) -> list[np.ndarray]:
    checked = [check_compared_codes(one) for one in codes]
    lengths = [len(one) for one in checked]
    if len(lengths) < 2 or len(set(lengths)) > 1:
        raise ValueError(
            "Codes should be those of two models or more on the same images. "
            f"Received: {len(lengths)} models, with codes of {lengths} images"
        )
    return checked


def _informative_codes(
    codes: list[np.ndarray], informative: Sequence[Sequence[bool]] | None
) -> list[np.ndarray]:
    varying = [varying_columns(one) for one in codes]
    masks = varying if informative is None else [np.asarray(mask, bool) for mask in informative]
    shapes = [mask.shape for mask in masks], [mask.shape for mask in varying]
    if shapes[0] != shapes[1]:
        raise ValueError(
            "`informative` should have a boolean for each code of each model. "
            f"Received: shapes {shapes[0]} for {shapes[1]}"
        )
    return [one[:, a & b] for one, a, b in zip(codes, masks, varying, strict=True)]


def _agreement(codes: np.ndarray, others: np.ndarray, relation: Relation) -> float:
    """UDR_ji, of model j's `codes` [N, A] and model i's `others` [N, B]."""
    if not codes.size or not others.size:
        return 0.0
    related = relation(codes, others)
    strengths = _relative_strengths(related.T), _relative_strengths(related)
    return float(np.sum(np.concatenate(strengths)) / sum(related.shape))


def _relative_strengths(related: np.ndarray) -> np.ndarray:
    """max^2 / sum of each row; 0 for a row of zeros."""
    totals = related.sum(axis=1)
    return related.max(axis=1) ** 2 / np.where(totals > 0, totals, 1.0)


def cross_scores(
    codes: Sequence[Any], bins: int = BINS, groups: FactorGroups = CROSS_GROUPS, seed: int = 0
) -> np.ndarray:
    """How well each model's codes agree with those of each other model, by FactorVAE scores.

    Model i's codes, in equal bins, take the place of the factors, and model j's are scored on them.

    Args:
        codes: numbers [N, D_i] of each of two models or more, on the same N images. Constant
            codes are left out.
        bins: int, at least 2, per code. Two images or more should share a bin.
        groups: how many groups of images, and of how many.
        seed: int, of the groups.

    Returns:
        float64 [M, M] for M models: A_ij in [0, 1] in row i and column j, and A_ii too. A model
        whose codes are all constant has 0 throughout.

    Raises:
        TypeError: codes are not numbers.
        ValueError: there are fewer than two models, lengths differ, codes are not finite,
            `bins` is below 2, or no two images share a bin.

    Examples:
        >>> codes = np.random.default_rng(0).uniform(size=[500, 2])
        >>> cross_scores([codes, codes[:, ::-1]], bins=10).round(1).tolist()
        [[1.0, 1.0], [1.0, 1.0]]

        Reference: arXiv:1906.06034. There model i draws the images, so its codes are known and one
        of them is held at the same value exactly; here all models see the same images, and a code
        is held within a bin. Where images of model i are at hand, fill the matrix with
        `factor_vae_score` and pass it to `centrality`.
    """
    checked = _check_models(codes)
    factors = [discretize(one, bins) for one in checked]
    return np.array(
        [
            [
                factor_vae_score(one, factor, groups, seed=seed) if factor.any() else 0.0
                for one in checked
            ]
            for factor in factors
        ]
    )


def centrality(scores: Any) -> np.ndarray:
    """How near each model is to the others: s_i = 1/(M - 1) sum_{j != i} (A_ij + A_ji) / 2.

    Args:
        scores: float [M, M] for two models or more, A_ij how well model j names the codes of
            model i; the diagonal does not count.

    Returns:
        float64 [M]; the greatest belongs to the medoid, which ModelCentrality selects.

    Raises:
        ValueError: the scores are not square, of one model, or not finite.

    Examples:
        >>> centrality([[1.0, 0.8], [0.6, 1.0]]).round(2).tolist()
        [0.7, 0.7]

        Reference: arXiv:1906.06034.
    """
    scores = check_codes(scores)
    count = len(scores)
    if scores.shape != (count, count) or count < 2:
        raise ValueError(
            "Scores should have shape [M, M] for two models or more. "
            f"Received: shape {scores.shape}"
        )
    similarities = (scores + scores.T) / 2.0
    np.fill_diagonal(similarities, 0.0)
    return similarities.sum(axis=1) / (count - 1)


def model_centrality(
    codes: Sequence[Any], bins: int = BINS, groups: FactorGroups = CROSS_GROUPS, seed: int = 0
) -> np.ndarray:
    """ModelCentrality: the `centrality` of the `cross_scores` of several models.

    Returns:
        float64 [M], each in [0, 1]; the model of the greatest is selected.

    Raises:
        TypeError: codes are not numbers.
        ValueError: there are fewer than two models, lengths differ, codes are not finite,
            `bins` is below 2, or no two images share a bin.

    Examples:
        >>> rng = np.random.default_rng(0)
        >>> codes = rng.uniform(size=[500, 2])
        >>> scores = model_centrality([codes, -codes, rng.uniform(size=[500, 2])])
        >>> int(np.argmin(scores))   # the last agrees least
        2
    """
    return centrality(cross_scores(codes, bins, groups, seed))
