"""The evaluation of a model: information in nats, codes against labels and attributes, images."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from keras_infogan import metrics
from keras_infogan.evaluation.binary_labels import (
    attribute_lines,
    is_of_table,
    measure_attribute_table,
)
from keras_infogan.evaluation.cycles import measure_cycles
from keras_infogan.evaluation.fitted import measure_estimates, measure_held_out
from keras_infogan.evaluation.given import measure_given
from keras_infogan.evaluation.group_names import QUICK, check_groups
from keras_infogan.evaluation.keypoints import measure_keypoints
from keras_infogan.evaluation.measures import (
    measure_attributes,
    measure_codes,
    measure_disentanglement,
    measure_images,
    measure_information,
)
from keras_infogan.evaluation.reconstruction import measure_reconstruction
from keras_infogan.evaluation.shown import measure_shown
from keras_infogan.evaluation.story import measure_story
from keras_infogan.evaluation.subject import RESAMPLES, EvaluationResult, Progress, Subject
from keras_infogan.evaluation.videos import measure_videos
from keras_infogan.models import InfoGAN
from keras_infogan.runtime.tables import format_table

INTERVALS, CLASSES = "intervals", "classes"


def code_scores(
    model: InfoGAN, images: np.ndarray, labels: Mapping[str, np.ndarray]
) -> dict[str, float]:
    """Scores every categorical code against labels.

    With several labels, each code is matched with a different label, so that the sum of normalized
    mutual information is the highest. If there are more codes than labels, each further code is
    scored against its best label. Then the name of a score ends in the label's name.

    Args:
        model: an `InfoGAN`.
        images: [N, H, W, C], as `InfoGAN.recognize` takes them.
        labels: label name -> int [N]; without labels there are no scores.

    Returns:
        Flat: "code_accuracy/CODE", "majority_accuracy/CODE", "nmi/CODE", "ari/CODE".

    Raises:
        ValueError: labels of another length than the images.
    """
    result = EvaluationResult(resamples=0)
    measure_codes(Subject(model, images, labels), result, lambda share: None)
    return result.scores


def information_scores(model: InfoGAN, images: np.ndarray, seed: int = 0) -> dict[str, float]:
    """The bounds in nats, in inference mode, over equal numbers of generated and real images.

    Args:
        model: an `InfoGAN`.
        images: real images [N, H, W, C], as `InfoGAN.recognize` takes them.
        seed: int, of the latents drawn.

    Returns:
        Flat: "information/CODE" and "entropy/CODE"; "information/estimate" if the model is trained
        by an estimate (over batches of 500: InfoNCE is at most ln 500); "information/real_fake"
        and "entropy/real_fake" = ln 2 if logits are log odds.
    """
    result = EvaluationResult(resamples=0)
    measure_information(Subject(model, images, {}, seed), result, lambda share: None)
    return result.scores


# The function that measures each group, and its approximate time relative to the others.
GROUPS: dict[str, tuple[Callable[[Subject, EvaluationResult, Progress], None], float]] = {
    "codes": (measure_codes, 3.0),
    "information": (measure_information, 10.0),
    "attributes": (measure_attributes, 5.0),
    "attribute_table": (measure_attribute_table, 5.0),
    "cycles": (measure_cycles, 5.0),
    "given": (measure_given, 10.0),
    "shown": (measure_shown, 30.0),
    "videos": (measure_videos, 1.0),
    "story": (measure_story, 60.0),
    "keypoints": (measure_keypoints, 60.0),
    "reconstruction": (measure_reconstruction, 100.0),
    "held_out": (measure_held_out, 20.0),
    "images": (measure_images, 40.0),
    "estimates": (measure_estimates, 60.0),
    "disentanglement": (measure_disentanglement, 200.0),
}


def without_label(score: str) -> str:
    """The name of a code's score without the label that the code was compared with.

    Examples:
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
    """Measures a trained model by groups of scores; what does not apply is left out with a reason.

    Args:
        subject: the model, and the data to evaluate it with.
        groups: among `GROUPS`.
        progress: called with the work done since the last call (a share of a group times the
            group's weight), and the group's name.
        resamples: bootstrap samples per interval; 0 makes no intervals.

    Raises:
        ValueError: an unknown group, or no real images.

    Examples:
        >>> subject = Subject(model, images, {"digit": labels})
        >>> found = evaluate(subject, ["codes"], resamples=20)
        >>> low, high = found.intervals["code_accuracy/digit"]
        >>> 0.0 < low < high < 1.0
        True
    """
    check_groups(groups)
    result = EvaluationResult(resamples)
    for name in groups:
        measure, weight = GROUPS[name]
        done = 0.0

        def report(share: float, name: str = name, weight: float = weight) -> None:
            nonlocal done
            if progress:
                progress(weight * (share - done), name)
            done = share

        measure(subject, result, report)
        report(1.0)
    return result


def table(scores: Mapping[str, Any]) -> str:
    """A record as a table: name, value, interval and, for information, the entropy of the code."""
    rows = [
        _table_row(scores, name)
        for name in scores
        if not (name.startswith("entropy/") or is_of_table(name) or name in (INTERVALS, CLASSES))
    ]
    lines = [format_table(rows, numbers=[1])] if rows else []
    lines += filter(None, [attribute_lines(scores)])
    for name, each in scores.get(CLASSES, {}).items():
        matched = ", ".join(
            f"{label}: {'none' if value is None else value} ({accuracy:.3f})"
            for label, value, accuracy in zip(
                each["classes"], each["value_of_class"], each["accuracy_of_class"], strict=True
            )
        )
        lines.append(f"class: value of {name} (its accuracy)  {matched}")
    return "\n".join(lines)


def _table_row(scores: Mapping[str, Any], name: str) -> tuple[str, str, str, str]:
    value = scores[name]
    interval = limit = ""
    if name in scores.get(INTERVALS, {}):
        low, high = scores[INTERVALS][name]
        interval = f"[{low:.4f}, {high:.4f}]"
    kind, _, rest = name.partition("/")
    if kind.endswith("information") and f"entropy/{rest}" in scores:
        limit = f"nats  (entropy {scores['entropy/' + rest]:.4f})"
    return name, f"{value:.4f}" if isinstance(value, float) else str(value), interval, limit
