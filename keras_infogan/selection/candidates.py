"""A candidate: a number of codes, and the scores of its runs over several seeds."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from keras_infogan.models import InfoGAN
from keras_infogan.runs.building import build_latents
from keras_infogan.runs.model_file import load_model
from keras_infogan.selection.seed_agreement import (
    Agreement,
    Stability,
    category_agreement,
    number_agreement,
    stability,
    unused_categories,
)
from keras_infogan.studies.results import RowResult, StudyRun

FEWEST_SEEDS = 2
INFORMATION = "held_out_information"


@dataclasses.dataclass(frozen=True)
class Candidate:
    """The measurements of a number of codes, without labels.

    Attributes:
        name: of its row in the study.
        sizes: code -> size; codes that are left out are missing.
        entropies: H(c) of its discrete codes in nats; for a continuous code it is not a limit.
        seeds: the seeds of its finished runs.
        information: of each code in generated images, by a newly trained network, in nats, mean
            over seeds; for a continuous code the amount above its prior's.
        unused: how many categories each seed leaves unused on real images.
        categories: the stability of the discrete codes; None if there are none, or fewer than two
            seeds.
        numbers: the same for the continuous codes.
        minutes: wall time of all its runs.
    """

    name: str
    sizes: Mapping[str, int]
    entropies: Mapping[str, float]
    seeds: Sequence[int] = ()
    information: Mapping[str, float] = dataclasses.field(default_factory=dict)
    unused: Sequence[int] = ()
    categories: Stability | None = None
    numbers: Stability | None = None
    minutes: float = 0.0

    @property
    def stability(self) -> Stability | None:
        """The stability of the categories, or of the numbers if there are no categories."""
        return self.categories or self.numbers

    @property
    def total_information(self) -> float:
        """The information of all codes, in nats; a bound below 0 counts as 0."""
        return math.fsum(max(0.0, nats) for nats in self.information.values())

    def share(self, code: str) -> float:
        """The information of a discrete code as a share of its entropy."""
        return self.information[code] / self.entropies[code]


class Codes(NamedTuple):
    """The codes of images: one column per discrete code, one per dimension of other codes."""

    categories: np.ndarray
    numbers: np.ndarray


def read_codes(model: InfoGAN, images: np.ndarray) -> Codes:
    """The most probable value of each discrete code, int [N, A]; the means of others, [N, B]."""
    categories, numbers = [np.zeros([len(images), 0], int)], [np.zeros([len(images), 0])]
    for name, posterior in model.recognize(images).items():
        if model.latents.codes[name].is_discrete:
            categories.append(np.argmax(posterior.probs, axis=-1)[:, None])
        else:
            numbers.append(np.asarray(posterior.mean()))
    return Codes(np.concatenate(categories, axis=1), np.concatenate(numbers, axis=1))


def measure_candidate(result: RowResult, images: np.ndarray) -> Candidate:
    """Measures a candidate by its finished runs, without labels.

    Args:
        result: the result of its row; its runs were evaluated by the group "held_out".
        images: real images that no run was trained on, [N, H, W, C]; the same for all candidates.

    Raises:
        ValueError: a run's model is damaged, or its evaluation lacks a code's information.
    """
    latents = build_latents(result.row.configuration(seed=0).latents)
    entropy = latents.entropy()
    read = [read_codes(load_model(run.directory), images) for run in result.finished]
    sizes = [latents.codes[name].size for name in latents.categorical_names]
    return Candidate(
        name=result.row.name,
        sizes={name: code.size for name, code in latents.codes.items()},
        entropies={name: float(entropy[name]) for name in latents.categorical_names},
        seeds=[run.seed for run in result.finished],
        information={name: _mean_information(result.finished, name) for name in latents.codes},
        unused=[
            sum(
                len(unused_categories(values, size))
                for values, size in zip(codes.categories.T, sizes, strict=True)
            )
            for codes in read
        ],
        categories=_stability([codes.categories for codes in read], category_agreement),
        numbers=_stability([codes.numbers for codes in read], number_agreement),
        minutes=sum(run.record.seconds for run in result.runs) / 60,
    )


def _mean_information(runs: Sequence[StudyRun], code: str) -> float:
    score = f"{INFORMATION}/{code}"
    for run in runs:
        if score not in run.scores:
            raise ValueError(
                f"The evaluation of {run.directory.path} should have {score}, which takes 50 test "
                f"images or more. Received: {sorted(run.scores)}"
            )
    return float(np.mean([run.scores[score] for run in runs])) if runs else math.nan


def _stability(models: Sequence[np.ndarray], agreement: Agreement) -> Stability | None:
    if len(models) < FEWEST_SEEDS or not models[0].size:
        return None
    return stability(models, agreement)
