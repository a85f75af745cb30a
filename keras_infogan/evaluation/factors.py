"""Scores of codes against factors that newer papers report: InfoMEC, JEMMIG and TAD."""

from __future__ import annotations

import numpy as np

from keras_infogan import metrics
from keras_infogan.latents import LatentSpec

POINTS = metrics.PointSplit(train=10_000, test=0)


def discrete_columns(latents: LatentSpec) -> list[bool]:
    """Which columns of `measures.representation` are values of a discrete code, bool [D]."""
    flags: list[bool] = []
    for code in latents.codes.values():
        flags += [True] if code.is_discrete else [False] * code.size
    return flags


def factor_scores(
    codes: np.ndarray, factors: np.ndarray, discrete: list[bool], seed: int
) -> dict[str, float]:
    """Scores codes [N, D] against factors int [N, F], on at most 10,000 of the points.

    Returns:
        Flat: "infomec/modularity", "infomec/compactness", "infomec/explicitness", "jemmig/nats"
        (lower is better), "jemmig/normalized"; and "tad/difference" and "tad/captured" for the
        factors of two values, if there are any.

    Raises:
        ValueError: a factor has a single value among the points.
    """
    points = POINTS.draw(codes, factors, seed)
    codes, factors = points.train_codes, points.train_factors
    infomec = metrics.infomec_scores(codes, factors, discrete, seed)
    jemmig = metrics.jemmig_scores(codes, factors)
    scores = {f"infomec/{name}": value for name, value in infomec._asdict().items()}
    scores |= {"jemmig/nats": jemmig.jemmig, "jemmig/normalized": jemmig.normalized}
    binary = [len(np.unique(factor)) == 2 for factor in factors.T]
    if any(binary):
        tad = metrics.tad_scores(codes, factors[:, binary], discrete)
        scores |= {"tad/difference": tad.tad, "tad/captured": float(tad.captured)}
    return scores
