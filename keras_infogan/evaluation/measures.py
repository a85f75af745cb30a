"""The groups of measures: codes, information, attributes, images, disentanglement.

Each is a function of a subject, of the result that it adds to, and of a callback for the share of
its work that is done. Measures that do not apply to a subject add only the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from keras_infogan import metrics
from keras_infogan.datasets import ORDERED_LABELS
from keras_infogan.evaluation.factors import discrete_columns, factor_scores
from keras_infogan.evaluation.subject import (
    NO_CODES,
    NO_LABELS,
    EvaluationResult,
    Progress,
    Subject,
    dimension_names,
)
from keras_infogan.information import real_fake_information
from keras_infogan.models import InfoGAN
from keras_infogan.networks.outputs import DiscriminatorOutput
from keras_infogan.runtime.images import checked_images

BATCH = 500  # rows of a statistics network's square matrix of scores
WALKS = 20  # rows of the traversal whose attributes are measured
STEPS = 11  # images per row
SMALLEST_SUBSET = 100  # of a kernel distance
LARGEST_SUBSET = 1000

IS_VIDEO = "it measures single images, and the model makes videos"
FEW_FACTORS = "it needs test images with at least two labels that vary"


def _codes_with_labels(
    model: InfoGAN, images: np.ndarray, labels: Mapping[str, np.ndarray]
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Per categorical code its values and the label to compare them with, int [N] each."""
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


def measure_codes(subject: Subject, result: EvaluationResult, progress: Progress) -> None:
    """Accuracies with their intervals, and which value of a code is which class."""
    if not subject.labels:
        result.left_out["codes"] = NO_LABELS
    elif not subject.model.latents.categorical_names:
        result.left_out["codes"] = "the model has no categorical code"
    pairs = _codes_with_labels(subject.model, subject.images, subject.labels)
    for index, (suffix, (values, truth)) in enumerate(pairs.items(), start=1):
        scores = metrics.clustering_scores(truth, values)._asdict()
        result.add(
            {f"{name}/{suffix}": value for name, value in scores.items()},
            len(truth),
            _scores_of_rows(truth, values),
            subject.seed,
        )
        result.classes[suffix] = metrics.confusion(truth, values)
        is_only_label = len(subject.labels) == 1  # with more, another one may be its best match
        if is_only_label and suffix == getattr(subject.model, "label", None):
            _measure_label(suffix, values == truth, subject, result)
        progress(index / len(pairs))


def _measure_label(
    suffix: str, is_right: np.ndarray, subject: Subject, result: EvaluationResult
) -> None:
    """The accuracy of a code that was given labels: its values are the classes, without a match."""
    result.add(
        {f"label_accuracy/{suffix}": float(is_right.mean())},
        len(is_right),
        lambda rows: np.array([is_right[rows].mean()]),
        subject.seed,
    )


def _scores_of_rows(truth: np.ndarray, values: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """The clustering scores as a function of rows, in which values keep the classes they mean.

    A match of values and classes that is made anew for each resample fits its chance, so that all
    resamples may score above all images together.
    """
    found = metrics.confusion(truth, values)
    matched = {
        value: each
        for each, value in zip(found.classes, found.value_of_class, strict=True)
        if value is not None
    }
    frequent = dict(zip(found.values, found.classes[found.counts.argmax(axis=0)], strict=True))
    hits, frequent_hits = (
        np.array([meaning.get(value) == each for value, each in zip(values, truth, strict=True)])
        for meaning in (matched, frequent)
    )

    def scores(rows: np.ndarray) -> np.ndarray:
        again = metrics.clustering_scores(truth[rows], values[rows])
        accuracies = (hits[rows].mean(), frequent_hits[rows].mean())
        return np.array([*accuracies, again.nmi, again.ari])

    return scores


def measure_information(subject: Subject, result: EvaluationResult, progress: Progress) -> None:
    """The bounds of the model's own networks, in inference mode, and their upper limits."""
    model = subject.model
    entropy = {name: float(value) for name, value in model.latents.entropy().items()}
    # For example an estimate's; it reads features, which are large for many images.
    further = set(model.information.log_names) - {f"information/{name}" for name in entropy}
    fake = model.discriminate_all(subject.fakes, with_features=bool(further))
    progress(0.8)
    log_prob = model.latents.log_prob(subject.latents, fake.parameters)
    for name, values in log_prob.items():
        result.add_mean(f"information/{name}", values.numpy(), entropy[name], subject.seed)
    if further:
        for name, value in _information_logs(model, subject.latents, fake).items():
            result.scores.setdefault(name, value)
    result.scores.update({f"entropy/{name}": value for name, value in entropy.items()})
    if model.objective.estimates_probability and (logits := subject.logits()):
        result.scores["information/real_fake"] = float(real_fake_information(*logits))
        result.scores["entropy/real_fake"] = float(np.log(2.0))
    progress(1.0)


def _information_logs(
    model: InfoGAN, latents: Mapping[str, Any], fake: DiscriminatorOutput
) -> dict[str, float]:
    """Means of the logs of the model's information, over batches of generated images."""
    count, least = len(fake.parameters), model.information.images_needed
    totals: dict[str, float] = {}
    if count > BATCH and 0 < count % BATCH < least:
        count -= count % BATCH  # a remainder that is too small for an estimate
    for start in range(0, count, BATCH):
        rows = slice(start, min(start + BATCH, count))
        some_latents = {name: value[rows] for name, value in latents.items()}
        some = DiscriminatorOutput(*(None if part is None else part[rows] for part in fake))
        logs = model.information.compute_losses(some_latents, some, model.step).logs
        for name, value in logs.items():
            totals[name] = totals.get(name, 0.0) + float(value) * (rows.stop - rows.start) / count
    return totals


def measure_attributes(subject: Subject, result: EvaluationResult, progress: Progress) -> None:
    """How continuous codes change the shapes in generated images."""
    latents = subject.model.latents
    names = [name for name, code in latents.codes.items() if not code.is_discrete]
    reasons = {
        "the model has no continuous code": not names,
        IS_VIDEO: subject.has_videos,
    }
    if result.leaves_out("attributes", reasons):
        return
    seen = metrics.image_attributes(subject.fakes)
    best = dict.fromkeys(seen, float("nan"))
    progress(0.5)
    for name in names:
        values = np.asarray(subject.latents[name])
        dimensions = values.shape[1]
        walks = subject.model.traverse(name, WALKS, STEPS, subject.seed)
        walked = metrics.image_attributes(walks.reshape(-1, *walks.shape[2:]))
        for index, code in enumerate(dimension_names(name, dimensions)):
            for attribute, measured in seen.items():
                along = walked[attribute].reshape(WALKS, dimensions, -1)[:, index]
                correlation = metrics.rank_correlation(values[:, index], measured)
                result.scores[f"rank_correlation/{code}/{attribute}"] = correlation
                best[attribute] = np.fmax(best[attribute], abs(correlation))
                result.scores[f"monotonicity/{code}/{attribute}"] = metrics.monotonicity(along)
    for attribute, correlation in best.items():
        result.scores[f"best_rank_correlation/{attribute}"] = float(correlation)
    progress(1.0)


def measure_images(subject: Subject, result: EvaluationResult, progress: Progress) -> None:
    """Distances between generated and real images; a score's name ends in its feature network."""
    if result.leaves_out("images", {IS_VIDEO: subject.has_videos}):
        return
    fewest = min(len(subject.images), len(subject.fakes))
    if fewest < SMALLEST_SUBSET:
        result.left_out["images"] = (
            f"it needs at least {SMALLEST_SUBSET} test images and as many generated ones, and "
            f"there are {len(subject.images)} and {len(subject.fakes)}"
        )
        return
    if subject.extractor is None:
        result.left_out["images"] = (
            "it compares images by a classifier, and there is neither a classifier nor a label "
            "with several classes to train one"
        )
        return
    assert subject.classifier
    progress(0.5)
    result.scores.update(
        metrics.image_scores(
            metrics.image_batches(checked_images(subject.images, subject.model.image_shape)),
            metrics.image_batches(subject.fakes),
            subject.classifier,
            subset_size=min(LARGEST_SUBSET, fewest),
            seed=subject.seed,
        )
    )


def measure_disentanglement(subject: Subject, result: EvaluationResult, progress: Progress) -> None:
    """Every measure against true factors: under both protocols, and what newer papers report."""
    if not subject.model.latents.codes:
        result.left_out["disentanglement"] = NO_CODES
        return
    if len(subject.labels) < 2:
        result.left_out["disentanglement"] = FEW_FACTORS
        return
    codes = representation(subject.model, subject.images)
    varied = {name: truth for name, truth in subject.labels.items() if len(np.unique(truth)) > 1}
    if len(varied) < 2:
        result.left_out["disentanglement"] = FEW_FACTORS
        return
    factors = np.stack([np.asarray(truth) for truth in varied.values()], axis=1)
    ordered = [name in ORDERED_LABELS for name in varied]
    for index, protocol in enumerate((metrics.INFOGAN_CR, metrics.DISENTANGLEMENT_LIB), start=1):
        result.scores.update(
            metrics.disentanglement_scores(codes, factors, protocol, ordered, subject.seed)
        )
        progress(index / 3)
    result.scores.update(
        factor_scores(codes, factors, discrete_columns(subject.model.latents), subject.seed)
    )


def representation(model: InfoGAN, images: np.ndarray) -> np.ndarray:
    """Q's output as numbers, float [N, D]: the value of a discrete code, the mean of others.

    Values of a discrete code have no order. So measures with linear predictors (SAP, explicitness,
    DCI by lassos) stay low, even for a code that agrees with a factor.
    """
    columns = []
    for name, posterior in model.recognize(images).items():
        if model.latents.codes[name].is_discrete:
            columns.append(np.argmax(posterior.probs, axis=-1)[:, None])
        else:
            columns.append(np.asarray(posterior.mean()))
    return np.concatenate(columns, axis=1)
