"""The rule that picks among candidates.

A candidate is accepted if

1. most of its seeds use all categories on real images;
2. a newly trained network finds nine tenths of H(c) of each of its categorical codes in generated
   images;
3. other seeds find the same continuous codes: matched dimensions explain half of each other's
   variance in ranks, on average. If no candidate with categories meets this condition, it is not
   used, since it does not separate them.

Of those, the candidate whose categories are the most stable over seeds is the best. Coarse
partitions may be as stable as the right one, and stability does not tell those apart (von Luxburg,
arXiv:1007.1075; Mourer et al., arXiv:2006.08530), so of all candidates within one standard error
of the best, as in CART's rule (Breiman et al. 1984), the one whose codes carry the most information
in all is picked. Two seeds have no standard error: then the most stable is picked. A candidate
without categories is judged by the stability of its numbers.

The limits were chosen before the rule was used on a trained model. The exception in condition 3 was
added later, after two runs whose continuous codes had no information.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from keras_infogan.selection.candidates import FEWEST_SEEDS, Candidate

INFORMATIVE = 0.9  # of H(c)
REPRODUCED = 0.5  # of the variance in ranks
ROUNDING = 1e-9  # full agreements may differ in their last bits

PICKED = "picked"
LESS_STABLE = "less stable"
LESS_INFORMATION = "as stable, less information"
NOT_RANKED = "too few seeds"
UNUSED = "unused categories"
UNREAD = "too little information"
NOT_REPRODUCED = "numbers differ by seed"


class Selection(NamedTuple):
    """The result of the rule.

    Attributes:
        verdicts: on each candidate, by its name: "picked", or why not.
        pick: the candidate; None if none is accepted.
    """

    verdicts: dict[str, str]
    pick: Candidate | None


def select_candidate(candidates: Sequence[Candidate]) -> Selection:
    """Picks a candidate by the rule of this module.

    Args:
        candidates: with different names.

    Raises:
        ValueError: no candidates, or two with the same name.

    Examples:
        >>> def candidate(size, agreement):
        ...     entropy = {"digit": float(np.log(size))}   # Q reads all of it
        ...     stability = infogan.selection.Stability(agreement, agreement, 0.01, medoid=0)
        ...     sizes, seeds, unused = {"digit": size}, (0, 1, 2), (0, 0, 0)
        ...     name = f"digit_{size}"
        ...     return Candidate(name, sizes, entropy, seeds, entropy, unused, categories=stability)
        >>> select_candidate([candidate(8, 0.7), candidate(10, 0.9)]).verdicts
        {'digit_8': 'less stable', 'digit_10': 'picked'}
    """
    names = [candidate.name for candidate in candidates]
    if not names or len(set(names)) < len(names):
        raise ValueError(f"Candidates should have different names. Received: {names}")
    verdicts = {candidate.name: _objection(candidate) for candidate in candidates}
    sound = [candidate for candidate in candidates if not verdicts[candidate.name]]
    reproduced = [candidate for candidate in sound if are_numbers_reproduced(candidate)]
    if reproduced:
        differing = (candidate.name for candidate in sound if candidate not in reproduced)
        verdicts.update(dict.fromkeys(differing, NOT_REPRODUCED))
    worthy = [(each, each.stability) for each in reproduced or sound if each.stability]
    if not worthy:
        return Selection(verdicts, None)
    best = max((found for _, found in worthy), key=lambda found: found.mean)
    margin = best.mean - (best.error or 0.0) - ROUNDING
    stable = [candidate for candidate, found in worthy if found.mean >= margin]
    pick = max(stable, key=lambda candidate: candidate.total_information)
    for candidate, found in worthy:
        verdicts[candidate.name] = LESS_INFORMATION if found.mean >= margin else LESS_STABLE
    verdicts[pick.name] = PICKED
    return Selection(verdicts, pick)


def _objection(candidate: Candidate) -> str:
    """Why a candidate is not accepted, or an empty text."""
    if len(candidate.seeds) < FEWEST_SEEDS:
        return NOT_RANKED
    if np.mean(np.asarray(candidate.unused) > 0) >= 0.5:
        return UNUSED
    if not all(candidate.share(code) >= INFORMATIVE for code in candidate.entropies):
        return UNREAD
    if candidate.categories is None and not are_numbers_reproduced(candidate):
        return NOT_REPRODUCED
    return ""


def are_numbers_reproduced(candidate: Candidate) -> bool:
    """Whether other seeds find the same continuous codes; true if there are none."""
    return candidate.numbers is None or candidate.numbers.mean >= REPRODUCED
