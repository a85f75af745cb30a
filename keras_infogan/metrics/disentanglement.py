"""All measures of disentanglement under one of two protocols of the literature."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from keras_infogan.metrics.codes_and_factors import PointSplit, check_codes_and_factors
from keras_infogan.metrics.dci import Explainer, boosted_importances, dci_scores, lasso_importances
from keras_infogan.metrics.interventions import (
    FactorGroups,
    PairSampler,
    beta_vae_score,
    factor_vae_score,
    pairs_of_one_value,
    pairs_of_own_value,
)
from keras_infogan.metrics.mutual_information import BINS, mig_score, modularity_score
from keras_infogan.metrics.prediction import explicitness_score, sap_score
from keras_infogan.metrics.robustness import irs_score


@dataclasses.dataclass(frozen=True)
class DisentanglementProtocol:
    """The settings under which scores compare with each other.

    Args:
        name: str, the end of the keys of the scores.
        split: points to fit on and points to score on. MIG, modularity and IRS take the former.
        bins: int, of each code, for MIG and modularity.
        correlates: bool, whether SAP takes squared correlations for the factors that
            `disentanglement_scores` is told are continuous; if not, all are categorical.
        explain: the predictor of DCI.
        beta_vae: groups of pairs for the BetaVAE score.
        draw_pairs: how those pairs are drawn.
        factor_vae: groups of images for the FactorVAE score.
        inactive_below: float, the standard deviation, in units of the codes, below which a code
            has no vote in the FactorVAE score.
        irs_quantile: float in (0, 1], or None for a protocol without IRS.
    """

    name: str
    split: PointSplit
    bins: int
    correlates: bool
    explain: Explainer
    beta_vae: FactorGroups
    draw_pairs: PairSampler
    factor_vae: FactorGroups
    inactive_below: float
    irs_quantile: float | None


# arXiv:1811.12359 and the settings files of its code (unsupervised_study_v1; those of the later
# studies for BetaVAE, FactorVAE and DCI, which that folder lacks as we read it). It draws each
# factor at random, where ours take turns, and draws new points for each measure.
DISENTANGLEMENT_LIB = DisentanglementProtocol(
    name="disentanglement_lib",
    split=PointSplit(train=10_000, test=5_000),
    bins=BINS,
    correlates=False,
    explain=boosted_importances,
    beta_vae=FactorGroups(size=64, train=10_000, test=5_000),
    draw_pairs=pairs_of_own_value,
    factor_vae=FactorGroups(size=64, train=10_000, test=5_000),
    inactive_below=0.05,
    irs_quantile=0.99,
)

# arXiv:1906.06034, by its authors' code as published for dSprites and its colored variant; all
# scores are taken on the points of the fit. Not known for certain:
# - DCI. The code computes it by five regressors (lassos with a penalty of 0.02 or a
#   cross-validated one, random forests of three settings), and we could not establish which of
#   them the paper's table reports. Here is the first and the default of that code. The forests'
#   depths belong to the five factors of dSprites.
# - Informativeness, which that code does not report: `lasso_importances` defines ours.
# - Whether the table's BetaVAE, SAP, MIG and explicitness come from just this version of it.
INFOGAN_CR = DisentanglementProtocol(
    name="infogan_cr",
    split=PointSplit(train=73_728, test=0),
    bins=BINS,
    correlates=True,
    explain=lasso_importances,
    # Groups are of 100 images: 50 pairs.
    beta_vae=FactorGroups(size=50, train=500, test=0),
    draw_pairs=pairs_of_one_value,
    factor_vae=FactorGroups(size=100, train=500, test=0),
    inactive_below=0.0,
    irs_quantile=None,
)

PROTOCOLS = {protocol.name: protocol for protocol in (DISENTANGLEMENT_LIB, INFOGAN_CR)}


def disentanglement_scores(
    codes: Any,
    factors: Any,
    protocol: str | DisentanglementProtocol = "disentanglement_lib",
    continuous: Sequence[bool] | None = None,
    seed: int = 0,
) -> dict[str, float]:
    """Scores codes against factors by every supervised measure, under one protocol.

    Scores of different protocols cannot be compared. Both use ten thousand points or more. With
    fewer points all are used, and the scores cannot be compared with published ones.

    Args:
        codes: numbers [N, D], a model's codes of N images.
        factors: int [N, F], what the images show. Those of a single value are left out.
        protocol: "disentanglement_lib", "infogan_cr" or a `DisentanglementProtocol`. On the
            full number of points, the boosted trees of the first take minutes.
        continuous: bool [F], the factors whose values are equally spaced points on a line;
            by default none. The protocol "infogan_cr" has all of dSprites' but the shape.
        seed: int.

    Returns:
        A flat dict of floats: "mig/PROTOCOL" and so on for `sap`, `dci_disentanglement`,
        `dci_completeness`, `dci_informativeness`, `modularity`, `explicitness`, `beta_vae`,
        `factor_vae` and, where the protocol has it, `irs`.

    Raises:
        TypeError: factors are not integers.
        ValueError: the protocol is unknown, lengths differ, codes are not finite, a factor has
            a single value among the points to fit on, or no two images share a factor's value.

    Examples:
        >>> factors = np.random.default_rng(0).integers(0, 4, [1000, 2])
        >>> scores = disentanglement_scores(factors, factors, "infogan_cr", continuous=[True, True])
        >>> float(scores["factor_vae/infogan_cr"])
        1.0
    """
    settings = PROTOCOLS.get(protocol) if isinstance(protocol, str) else protocol
    if settings is None:
        raise ValueError(
            f"`protocol` should be one of {sorted(PROTOCOLS)} or a DisentanglementProtocol. "
            f"Received: protocol={protocol!r}"
        )
    split = settings.split
    parts = split.draw(*check_codes_and_factors(codes, factors), seed)
    points = parts.train_codes, parts.train_factors
    dci = dci_scores(codes, factors, settings.explain, split, seed)
    correlated = continuous if settings.correlates else None
    scores = {
        "mig": mig_score(*points, settings.bins),
        "sap": sap_score(codes, factors, correlated, split, seed),
        **{f"dci_{name}": score for name, score in dci._asdict().items()},
        "modularity": modularity_score(*points, settings.bins),
        "explicitness": explicitness_score(codes, factors, split, seed),
        "beta_vae": beta_vae_score(codes, factors, settings.beta_vae, settings.draw_pairs, seed),
        "factor_vae": factor_vae_score(
            codes, factors, settings.factor_vae, settings.inactive_below, seed
        ),
    }
    if settings.irs_quantile is not None:
        scores["irs"] = irs_score(*points, settings.irs_quantile)
    return {f"{name}/{settings.name}": float(score) for name, score in scores.items()}
