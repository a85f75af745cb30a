"""The evidence of a run: information in nats, codes against labels and attributes, images."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from keras_infogan import metrics
from keras_infogan.evaluation.group_names import QUICK, check_groups
from keras_infogan.evaluation.measures import (
    Progress,
    measure_attributes,
    measure_codes,
    measure_disentanglement,
    measure_estimates,
    measure_held_out,
    measure_images,
    measure_information,
)
from keras_infogan.evaluation.subject import RESAMPLES, EvaluationResult, Subject

INTERVALS, CLASSES = "intervals", "classes"


def code_scores(
    model: Any, images: np.ndarray, labels: Mapping[str, np.ndarray]
) -> dict[str, float]:
    """Scores every categorical code against labels.

    Where there are several labels, each code is scored against one of its own, so that the sum of
    their normalised mutual informations is the highest; codes beyond the number of labels, each
    against its best. A score's name then ends in the label's.

    Args:
        model: an `InfoGAN`.
        images: [N, H, W, C], uint8 or floats in [0, 1].
        labels: label name -> int [N]; without labels there are no scores.

    Returns:
        Flat: "code_accuracy/CODE", "majority_accuracy/CODE", "nmi/CODE", "ari/CODE".

    Raises:
        ValueError: labels of another length than the images.
    """
    evidence = EvaluationResult(resamples=0)
    measure_codes(Subject(model, images, labels), evidence, lambda share: None)
    return evidence.scores


def information_scores(model: Any, images: np.ndarray, seed: int = 0) -> dict[str, float]:
    """The bounds in nats, the networks in inference mode, over as many fakes as real images.

    Args:
        model: an `InfoGAN`.
        images: real images [N, H, W, C], uint8 or floats in [0, 1].
        seed: int, of the latents drawn.

    Returns:
        Flat: "information/CODE" beside "entropy/CODE", "information/estimate" of a model that is
        trained by one (over batches of 500: InfoNCE is at most ln 500), and
        "information/real_fake" beside "entropy/real_fake" = ln 2 where logits are log odds.
    """
    evidence = EvaluationResult(resamples=0)
    measure_information(Subject(model, images, {}, seed), evidence, lambda share: None)
    return evidence.scores


# What measures each group, and about how long it takes beside the others.
GROUPS: dict[str, tuple[Callable[[Subject, EvaluationResult, Progress], None], float]] = {
    "codes": (measure_codes, 3.0),
    "information": (measure_information, 10.0),
    "attributes": (measure_attributes, 5.0),
    "held_out": (measure_held_out, 20.0),
    "images": (measure_images, 40.0),
    "estimates": (measure_estimates, 60.0),
    "disentanglement": (measure_disentanglement, 200.0),
}


def without_label(score: str) -> str:
    """A code's score by a name that does not say which label the code was held against.

    Example:

    >>> without_label("code_accuracy/left/height")
    'code_accuracy/left'
    """
    kind, *rest = score.split("/")
    return f"{kind}/{rest[0]}" if kind in metrics.ClusteringScores._fields and rest else score


def evaluate(
    subject: Subject,
    groups: Sequence[str] = QUICK,
    progress: Callable[[float, str], None] | None = None,
    resamples: int = RESAMPLES,
) -> EvaluationResult:
    """Measures a trained model by groups of scores; those that do not apply add none.

    Args:
        subject: the model and what it is judged by.
        groups: among `GROUPS`.
        progress: called with a group's weight times the share of it that was done since, and
            the group's name.
        resamples: bootstrap samples behind each interval; 0 makes none.

    Raises:
        ValueError: an unknown group; no real images, or labels of another length.

    Example:

    >>> subject = Subject(model, images, {"digit": labels})
    >>> found = evaluate(subject, ["codes"], resamples=20)
    >>> low, high = found.intervals["code_accuracy/digit"]
    >>> 0.0 < low < high < 1.0
    True
    """
    check_groups(groups)
    lengths = {name: len(truth) for name, truth in subject.labels.items()}
    if any(length != len(subject.images) for length in lengths.values()):
        raise ValueError(
            f"There should be a label for each of {len(subject.images)} images. Received: {lengths}"
        )
    evidence = EvaluationResult(resamples)
    for name in groups:
        measure, weight = GROUPS[name]
        done = 0.0

        def report(share: float, name: str = name, weight: float = weight) -> None:
            nonlocal done
            if progress:
                progress(weight * (share - done), name)
            done = share

        measure(subject, evidence, report)
        report(1.0)
    return evidence


def table(scores: Mapping[str, Any]) -> str:
    """A record as lines for people: a name, a value, its interval, for information its limit."""
    intervals = scores.get(INTERVALS, {})
    lines = []
    for name, value in scores.items():
        if name.startswith("entropy/") or name in (INTERVALS, CLASSES):
            continue
        kind, _, rest = name.partition("/")
        line = f"{name:36} " + (f"{value:8.4f}" if isinstance(value, float) else str(value))
        if name in intervals:
            low, high = intervals[name]
            line += f"  [{low:.4f}, {high:.4f}]"
        if kind.endswith("information") and f"entropy/{rest}" in scores:
            line += f" nats  (entropy {scores['entropy/' + rest]:.4f})"
        lines.append(line)
    for name, each in scores.get(CLASSES, {}).items():
        matched = ", ".join(
            f"{label}: {'none' if value is None else value} ({accuracy:.3f})"
            for label, value, accuracy in zip(
                each["classes"], each["value_of_class"], each["accuracy_of_class"], strict=True
            )
        )
        lines.append(f"class: value of {name} (its accuracy)  {matched}")
    return "\n".join(lines)
