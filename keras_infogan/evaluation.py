"""The evidence of a run: information in nats, and codes against labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from keras_infogan.information import real_fake_information
from keras_infogan.metrics import clustering_scores
from keras_infogan.readings import Reading

BATCH = 500  # rows of a statistics network's square matrix of scores


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
    """
    names = model.latents.categorical_names
    if not labels or not names:
        return {}
    posteriors = model.recognize(images)
    by_code = {}
    for name in names:
        values = np.argmax(posteriors[name].probs, axis=-1)
        by_code[name] = {label: clustering_scores(truth, values) for label, truth in labels.items()}
    scores: dict[str, float] = {}
    for name, label in _matched(by_code).items():
        suffix = name if len(labels) == 1 else f"{name}/{label}"
        of_code = by_code[name][label]._asdict()
        scores.update({f"{score}/{suffix}": value for score, value in of_code.items()})
    return scores


def _matched(by_code: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """The label of each code."""
    table = np.array([[each.nmi for each in by_label.values()] for by_label in by_code.values()])
    choice = table.argmax(axis=1)
    rows, columns = linear_sum_assignment(table, maximize=True)
    choice[rows] = columns
    labels = list(next(iter(by_code.values())))
    return {name: labels[column] for name, column in zip(by_code, choice, strict=True)}


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
    latents = model.latents.sample(len(images), (seed, 0))
    fake = model.read_all(model.generate(latents))
    real = model.read_all(images)
    scores = _information_logs(model, latents, fake)
    scores.update({f"entropy/{name}": value for name, value in model.latents.entropy().items()})
    if model.objective.estimates_probability:
        scores["information/real_fake"] = float(real_fake_information(real.logits, fake.logits))
        scores["entropy/real_fake"] = float(np.log(2.0))
    return scores


def _information_logs(model: Any, latents: Mapping[str, Any], fake: Reading) -> dict[str, float]:
    """Means of what the model's information logs, over batches of generated images."""
    count = len(fake.parameters)
    totals: dict[str, float] = {}
    for start in range(0, count, BATCH):
        rows = slice(start, min(start + BATCH, count))
        some_latents = {name: value[rows] for name, value in latents.items()}
        some = Reading(*(None if part is None else part[rows] for part in fake))
        logs = model.information.terms(some_latents, some, model.step).logs
        for name, value in logs.items():
            totals[name] = totals.get(name, 0.0) + float(value) * (rows.stop - rows.start) / count
    return totals


def evaluate(
    model: Any, images: np.ndarray, labels: Mapping[str, np.ndarray], seed: int = 0
) -> dict[str, float]:
    """Everything that is known of a trained model; see `code_scores` and `information_scores`.

    Example:

    >>> evaluate(model, test.images, test.labels)["code_accuracy/digit"]   # 0.97
    """
    return {**code_scores(model, images, labels), **information_scores(model, images, seed)}


def table(scores: Mapping[str, Any]) -> str:
    """Scores as lines for people: a name, a value, and for information what it could reach."""
    lines = []
    for name, value in scores.items():
        if name.startswith("entropy/"):
            continue
        kind, _, rest = name.partition("/")
        if kind == "information":
            lines.append(f"{name:32} {value:8.4f} nats  (entropy {scores['entropy/' + rest]:.4f})")
        elif isinstance(value, float):
            lines.append(f"{name:32} {value:8.4f}")
        else:
            lines.append(f"{name:32} {value}")
    return "\n".join(lines)
