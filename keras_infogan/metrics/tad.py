"""TAD: how many binary attributes are each captured by a single code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from sklearn.metrics import mutual_info_score, roc_auc_score

from keras_infogan.metrics.codes_and_factors import check_codes_and_factors, check_discrete
from keras_infogan.metrics.mutual_information import with_second_code

# As in the authors' code.
CAPTURED = 0.75  # the least area of a captured attribute
CORRELATED = 0.2  # the greatest share of an attribute's entropy that another attribute explains


class TADScores(NamedTuple):
    """The two scores of `tad_scores`; for both, higher is better.

    Attributes:
        tad: the total AUROC difference, from 0 to half the number of captured attributes.
        captured: the number of captured attributes.
    """

    tad: float
    captured: int


def tad_scores(codes: Any, attributes: Any, discrete: Sequence[bool] | None = None) -> TADScores:
    """The total AUROC difference: over captured attributes, is one code far above all others?

        TAD = sum_k [A_j(k)k - max_{j != j(k)} A_jk]   over the captured attributes k

    A_jk is the area under the receiver operating characteristic (AUROC) of code j as a detector of
    attribute k, in the better of both directions, so that it is at least 0.5. j(k) = argmax_j A_jk.

    An attribute k is captured if A_j(k)k is at least 0.75, and if no other attribute l explains
    more than a fifth of its entropy: max_{l != k} I(a_k; a_l) / H(a_k) <= 0.2. Correlated
    attributes are dropped because a code for one of them is a detector of the other.

    Args:
        codes: numbers [N, D]. A single code (D = 1) is compared with a constant one, whose area
            is 0.5.
        attributes: int [N, K], two values each, the greater of which is the attribute's presence.
            Those of a single value are left out.
        discrete: bool [D], the codes that are categories, whose order means nothing; by default
            none. Such a code is read in its best order: by the share of the attribute among the
            images of each value. With few images per value this favors the code by chance.

    Raises:
        TypeError: attributes are not integers.
        ValueError: lengths differ, codes are not finite, every attribute has a single value, one
            has more than two, or `discrete` has another length than the codes.

    Examples:
        >>> attributes = [[0, 0], [0, 1], [1, 0], [1, 1]]
        >>> tad_scores([[0.1, 5.0], [0.2, 9.0], [0.3, 5.0], [0.4, 9.0]], attributes)
        TADScores(tad=0.75, captured=2)

        Reference: arXiv:2209.10677, and the code of its authors. That code finds each
        area on a grid of thresholds, where ours is exact, and gives a code whose range is at most
        0.2, in latents from 0 to 1, the area 0.5; here only a constant code has it. The paper has
        no discrete codes.
    """
    codes, attributes = check_codes_and_factors(codes, attributes)
    widest = max(len(np.unique(attribute)) for attribute in attributes.T)
    if widest > 2:
        raise ValueError(
            f"`attributes` should have two values each. Received: one with {widest} values"
        )
    is_discrete = check_discrete(discrete, codes.shape[1])
    codes = with_second_code(codes)
    is_discrete = np.pad(is_discrete, [(0, codes.shape[1] - len(is_discrete))])
    present = attributes == attributes.max(axis=0)
    areas = np.array(
        [
            [_area(*code, attribute) for attribute in present.T]
            for code in zip(codes.T, is_discrete, strict=True)
        ]
    )
    second, first = np.sort(areas, axis=0)[-2:]
    captured = (first >= CAPTURED) & (_explained_by_others(present) <= CORRELATED)
    return TADScores(float(np.sum((first - second)[captured])), int(captured.sum()))


def _area(code: np.ndarray, is_discrete: bool, present: np.ndarray) -> float:
    """The AUROC of one code for one attribute, at least 0.5."""
    if is_discrete:
        _, values = np.unique(code, return_inverse=True)
        code = (np.bincount(values, weights=present) / np.bincount(values))[values]
    area = float(roc_auc_score(present, code))
    return max(area, 1.0 - area)


def _explained_by_others(present: np.ndarray) -> np.ndarray:
    """The greatest share of the entropy of each attribute that another one explains, float [K]."""
    sides = np.stack([~present, present]).astype(np.float64)
    counts = np.einsum("ank,bnl->klab", sides, sides, optimize=True)
    information = np.array(
        [[mutual_info_score(None, None, contingency=pair) for pair in row] for row in counts]
    )
    entropies = np.diag(information).copy()
    np.fill_diagonal(information, 0.0)
    return information.max(axis=1) / entropies
