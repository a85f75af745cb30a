"""The evidence of a run: information in nats, codes against labels and attributes, images."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf
from scipy.optimize import linear_sum_assignment
from scipy.stats import bootstrap

from keras_infogan import metrics
from keras_infogan.datasets import ORDERED_LABELS
from keras_infogan.estimators import (
    NWJ,
    SMILE,
    DonskerVaradhan,
    InfoNCE,
    StatisticsNetwork,
    estimate_information,
)
from keras_infogan.information import real_fake_information
from keras_infogan.readings import Reading

BATCH = 500  # rows of a statistics network's square matrix of scores
RESAMPLES = 200
LEVEL = 0.95
WALKS = 20  # rows of a traversal whose attributes are looked at
STEPS = 11  # of each
ESTIMATORS = {"mine": DonskerVaradhan, "nwj": NWJ, "infonce": InfoNCE, "smile": SMILE}
ESTIMATE_UPDATES = 500
FITTED = 0.8  # of the generated images; the estimates are of the rest
INTERVALS, CLASSES = "intervals", "classes"
SMALLEST_SUBSET = 100  # of a kernel distance
LARGEST_SUBSET = 1000


@dataclasses.dataclass
class Subject:
    """A trained model and what it is judged by.

    Args:
        model: an `InfoGAN`.
        images: real ones that it was not trained on, [N, H, W, C], uint8 or floats in [0, 1].
        labels: label name -> int [N]; may be empty.
        seed: int, of the latents drawn and of every resampling.
        samples: images to generate; None is N.
        extractor: makes the network that images are seen through; None if there is none.
    """

    model: Any
    images: np.ndarray
    labels: Mapping[str, np.ndarray]
    seed: int = 0
    samples: int | None = None
    extractor: Callable[[], metrics.Extractor] | None = None

    @functools.cached_property
    def latents(self) -> dict[str, Any]:
        """What the generated images are made from."""
        return self.model.latents.sample(self.samples or len(self.images), (self.seed, 0))

    @functools.cached_property
    def fakes(self) -> np.ndarray:
        """The generated images, float32 in [0, 1]."""
        return self.model.generate(self.latents)

    @functools.cached_property
    def real_reading(self) -> Reading:
        """How the model reads the real images."""
        return self.model.read_all(self.images)


@dataclasses.dataclass
class Evidence:
    """What was found.

    Attributes:
        scores: flat, name -> float.
        intervals: of some of those, [low, high]: 95% of bootstrap samples.
        classes: per categorical code and label, what `metrics.confusion` says.
    """

    scores: dict[str, float] = dataclasses.field(default_factory=dict)
    intervals: dict[str, list[float]] = dataclasses.field(default_factory=dict)
    classes: dict[str, metrics.Confusion] = dataclasses.field(default_factory=dict)

    def add_mean(self, name: str, values: np.ndarray, offset: float, seed: int) -> None:
        """A score that is a mean over images plus a constant, with its interval."""
        self.scores[name] = float(np.mean(values)) + offset
        low, high = _interval(len(values), lambda rows: np.mean(values[rows]), seed)
        self.intervals[name] = [float(low) + offset, float(high) + offset]


Progress = Callable[[float], None]  # called with the share of a group that is done


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
    scores: dict[str, float] = {}
    for suffix, (values, truth) in _codes_beside_labels(model, images, labels).items():
        of_code = metrics.clustering_scores(truth, values)._asdict()
        scores.update({f"{score}/{suffix}": value for score, value in of_code.items()})
    return scores


def _codes_beside_labels(
    model: Any, images: np.ndarray, labels: Mapping[str, np.ndarray]
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Per categorical code its values and the label to hold them against, int [N] each."""
    names = model.latents.categorical_names
    if not labels or not names:
        return {}
    posteriors = model.recognize(images)
    values = {name: np.argmax(posteriors[name].probs, axis=-1) for name in names}
    if len(labels) == 1:
        (truth,) = labels.values()
        return {name: (values[name], np.asarray(truth)) for name in names}
    table = np.array(
        [
            [metrics.clustering_scores(truth, values[name]).nmi for truth in labels.values()]
            for name in names
        ]
    )
    choice = table.argmax(axis=1)
    rows, columns = linear_sum_assignment(table, maximize=True)
    choice[rows] = columns
    matched = {name: list(labels)[column] for name, column in zip(names, choice, strict=True)}
    return {
        f"{name}/{label}": (values[name], np.asarray(labels[label]))
        for name, label in matched.items()
    }


def _codes(subject: Subject, evidence: Evidence, progress: Progress) -> None:
    """Accuracies with their intervals, and which value of a code is which class."""
    pairs = _codes_beside_labels(subject.model, subject.images, subject.labels)
    for index, (suffix, (values, truth)) in enumerate(pairs.items(), start=1):
        scores = metrics.clustering_scores(truth, values)._asdict()
        lows, highs = _interval(
            len(truth), functools.partial(_scores_of_rows, truth, values), subject.seed
        )
        for name, value, low, high in zip(scores, scores.values(), lows, highs, strict=True):
            evidence.scores[f"{name}/{suffix}"] = value
            evidence.intervals[f"{name}/{suffix}"] = [float(low), float(high)]
        evidence.classes[suffix] = metrics.confusion(truth, values)
        progress(index / len(pairs))


def _scores_of_rows(truth: np.ndarray, values: np.ndarray, rows: np.ndarray) -> np.ndarray:
    return np.array(metrics.clustering_scores(truth[rows], values[rows]))


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
    evidence = Evidence()
    _information(Subject(model, images, {}, seed), evidence, lambda share: None)
    return evidence.scores


def _information(subject: Subject, evidence: Evidence, progress: Progress) -> None:
    model = subject.model
    fake = model.read_all(subject.fakes)
    progress(0.8)
    entropy = {name: float(value) for name, value in model.latents.entropy().items()}
    log_prob = model.latents.log_prob(subject.latents, fake.parameters)
    for name, values in log_prob.items():
        evidence.add_mean(f"information/{name}", values.numpy(), entropy[name], subject.seed)
    for name, value in _information_logs(model, subject.latents, fake).items():
        evidence.scores.setdefault(name, value)
    evidence.scores.update({f"entropy/{name}": value for name, value in entropy.items()})
    if model.objective.estimates_probability:
        real = subject.real_reading
        bound = real_fake_information(real.logits, fake.logits)
        evidence.scores["information/real_fake"] = float(bound)
        evidence.scores["entropy/real_fake"] = float(np.log(2.0))
    progress(1.0)


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


def _held_out(subject: Subject, evidence: Evidence, progress: Progress) -> None:
    """The bound by a recognition network that took no part in the training."""
    latents = subject.model.latents
    if not latents.codes:
        return
    logs = metrics.held_out_log_probabilities(
        latents,
        subject.latents,
        subject.fakes,
        seed=subject.seed,
        progress=lambda made, steps: progress(made / steps),
    )
    for name, entropy in latents.entropy().items():
        evidence.add_mean(f"held_out_information/{name}", logs[name], float(entropy), subject.seed)


def _estimates(subject: Subject, evidence: Evidence, progress: Progress) -> None:
    """Each code's information with the image by statistics networks fitted on frozen samples."""
    latents = subject.model.latents
    images = subject.fakes.reshape(len(subject.fakes), -1)
    fitted = round(FITTED * len(images))
    total = len(latents.codes) * len(ESTIMATORS)
    done = 0
    for name, code in latents.codes.items():
        encoded = code.encode(subject.latents[name]).numpy()

        def draw(count: int, seed: Any, encoded: np.ndarray = encoded) -> tuple[Any, Any]:
            """Rows of the first part while it is fitted, of the rest when it is read."""
            number = int(seed[1])
            low, high = (0, fitted) if number < ESTIMATE_UPDATES else (fitted, len(images))
            rows = np.random.default_rng([subject.seed, number]).integers(low, high, count)
            return tf.constant(images[rows]), tf.constant(encoded[rows])

        for kind, estimator in ESTIMATORS.items():
            estimate = estimate_information(
                draw, estimator(), StatisticsNetwork(), ESTIMATE_UPDATES, seed=subject.seed
            )
            evidence.scores[f"{kind}_information/{name}"] = estimate.mean
            done += 1
            progress(done / total)


def _attributes(subject: Subject, evidence: Evidence, progress: Progress) -> None:
    """What continuous codes do to the shapes in generated images."""
    latents = subject.model.latents
    names = [name for name, code in latents.codes.items() if not code.is_discrete]
    if not names:
        return
    seen = metrics.image_attributes(subject.fakes)
    progress(0.5)
    for name in names:
        values = np.asarray(subject.latents[name])
        dimensions = values.shape[1]
        walks = subject.model.traverse(name, WALKS, STEPS, subject.seed)
        walked = metrics.image_attributes(walks.reshape(-1, *walks.shape[2:]))
        for index in range(dimensions):
            code = f"{name}_{index}" if dimensions > 1 else name
            for attribute, measured in seen.items():
                along = walked[attribute].reshape(WALKS, dimensions, STEPS)[:, index]
                evidence.scores[f"rank_correlation/{code}/{attribute}"] = metrics.rank_correlation(
                    values[:, index], measured
                )
                evidence.scores[f"monotonicity/{code}/{attribute}"] = metrics.monotonicity(along)
    progress(1.0)


def _images(subject: Subject, evidence: Evidence, progress: Progress) -> None:
    """Generated images against real ones, through a network that is named in the score."""
    fewest = min(len(subject.images), len(subject.fakes))
    if subject.extractor is None or fewest < SMALLEST_SUBSET:
        return
    extractor = subject.extractor()
    progress(0.5)
    evidence.scores.update(
        metrics.image_scores(
            metrics.image_batches(subject.images),
            metrics.image_batches(subject.fakes),
            extractor,
            subset_size=min(LARGEST_SUBSET, fewest),
            seed=subject.seed,
        )
    )


def _disentanglement(subject: Subject, evidence: Evidence, progress: Progress) -> None:
    """Every measure against true factors, under both protocols."""
    if len(subject.labels) < 2 or not subject.model.latents.codes:
        return
    codes = representation(subject.model, subject.images)
    factors = np.stack([np.asarray(truth) for truth in subject.labels.values()], axis=1)
    ordered = [name in ORDERED_LABELS for name in subject.labels]
    for index, protocol in enumerate((metrics.INFOGAN_CR, metrics.DISENTANGLEMENT_LIB), start=1):
        evidence.scores.update(
            metrics.disentanglement_scores(codes, factors, protocol, ordered, subject.seed)
        )
        progress(index / 2)


def representation(model: Any, images: np.ndarray) -> np.ndarray:
    """Q's reading as numbers, float [N, D]: the value of a discrete code, the mean of others."""
    columns = []
    for name, posterior in model.recognize(images).items():
        if model.latents.codes[name].is_discrete:
            columns.append(np.argmax(posterior.probs, axis=-1)[:, None])
        else:
            columns.append(np.asarray(posterior.mean()))
    return np.concatenate(columns, axis=1)


# What measures each group, and about how long it takes beside the others.
GROUPS: dict[str, tuple[Callable[[Subject, Evidence, Progress], None], float]] = {
    "codes": (_codes, 3.0),
    "information": (_information, 10.0),
    "attributes": (_attributes, 5.0),
    "held_out": (_held_out, 20.0),
    "images": (_images, 40.0),
    "estimates": (_estimates, 60.0),
    "disentanglement": (_disentanglement, 200.0),
}
QUICK = ("codes", "information")


def check(groups: Sequence[str]) -> None:
    """Refuses names of groups that there are none of, with a ValueError."""
    unknown = [name for name in groups if name not in GROUPS]
    if unknown or not groups:
        raise ValueError(f"The metrics should be among {list(GROUPS)}. Received: {list(groups)}")


def evaluate(
    subject: Subject,
    groups: Sequence[str] = QUICK,
    progress: Callable[[float, str], None] | None = None,
) -> Evidence:
    """Measures a trained model by groups of scores; those that do not apply add none.

    Args:
        subject: the model and what it is judged by.
        groups: among `GROUPS`.
        progress: called with a group's weight times the share of it that was done since, and
            the group's name.

    Raises:
        ValueError: an unknown group; no real images, or labels of another length.

    Example:

    >>> found = evaluate(Subject(model, test.images, test.labels))
    >>> found.scores["code_accuracy/digit"], found.intervals["code_accuracy/digit"]
    """
    check(groups)
    lengths = {name: len(truth) for name, truth in subject.labels.items()}
    if any(length != len(subject.images) for length in lengths.values()):
        raise ValueError(
            f"There should be a label for each of {len(subject.images)} images. Received: {lengths}"
        )
    evidence = Evidence()
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


def _interval(
    count: int, statistic: Callable[[np.ndarray], Any], seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Bounds that 95% of bootstrap samples of the rows lie within, per number of a statistic."""
    found = bootstrap(
        (np.arange(count),),
        statistic,
        n_resamples=RESAMPLES,
        confidence_level=LEVEL,
        method="percentile",
        vectorized=False,
        rng=np.random.default_rng(seed),
    ).confidence_interval
    return np.asarray(found.low), np.asarray(found.high)
