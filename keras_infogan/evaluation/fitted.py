"""The groups of measures that train networks on generated images: held_out and estimates."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import tensorflow as tf

from keras_infogan import metrics
from keras_infogan.estimators import ESTIMATORS, StatisticsNetwork, estimate_information
from keras_infogan.evaluation.subject import NO_CODES, EvaluationResult, Progress, Subject
from keras_infogan.metrics.fitting import readable_images

FEWEST_HELD_OUT = 50  # generated images
ESTIMATE_UPDATES = 500
ESTIMATE_BATCH = 128
FEWEST_BATCHES = 2  # of images to read estimates on
FITTED = 0.8  # of the generated images; the estimates are of the rest
MORE_SAMPLES = "see --samples"


def measure_held_out(subject: Subject, result: EvaluationResult, progress: Progress) -> None:
    """The bound by a recognition network that is trained after the model."""
    latents = subject.model.latents
    if not latents.codes:
        result.left_out["held_out"] = NO_CODES
        return
    if len(subject.fakes) < FEWEST_HELD_OUT:
        result.left_out["held_out"] = (
            f"it needs at least {FEWEST_HELD_OUT} generated images and there are "
            f"{len(subject.fakes)} ({MORE_SAMPLES})"
        )
        return
    logs = metrics.held_out_log_probabilities(
        latents,
        subject.latents,
        readable_images(subject.fakes),
        seed=subject.seed,
        progress=lambda made, steps: progress(made / steps),
    )
    for name, entropy in latents.entropy().items():
        result.add_mean(f"held_out_information/{name}", logs[name], float(entropy), subject.seed)


def measure_estimates(subject: Subject, result: EvaluationResult, progress: Progress) -> None:
    """Each code's information with the image by statistics networks fitted on frozen samples."""
    latents = subject.model.latents
    images = subject.fakes.reshape(len(subject.fakes), -1)
    fitted = round(FITTED * len(images))
    if not latents.codes:
        result.left_out["estimates"] = NO_CODES
        return
    if len(images) - fitted < FEWEST_BATCHES * ESTIMATE_BATCH:
        needed = math.ceil(FEWEST_BATCHES * ESTIMATE_BATCH / (1.0 - FITTED))
        result.left_out["estimates"] = (
            f"it needs about {needed} generated images and there are {len(images)} ({MORE_SAMPLES})"
        )
        return
    total = len(latents.codes) * len(ESTIMATORS)
    done = 0
    for name, code in latents.codes.items():
        encoded = code.encode(subject.latents[name]).numpy()

        def draw(count: int, seed: Any, encoded: np.ndarray = encoded) -> tuple[Any, Any]:
            """Rows of the first part for fitting, of the rest for the evaluation."""
            number = int(seed[1])
            low, high = (0, fitted) if number < ESTIMATE_UPDATES else (fitted, len(images))
            generator = np.random.default_rng([subject.seed, number])
            rows = low + generator.choice(high - low, count, replace=False)
            return tf.constant(images[rows]), tf.constant(encoded[rows])

        for kind, estimator in ESTIMATORS.items():
            estimate = estimate_information(
                draw,
                estimator(),
                StatisticsNetwork(),
                ESTIMATE_UPDATES,
                ESTIMATE_BATCH,
                seed=subject.seed,
            )
            result.scores[f"{kind}_information/{name}"] = estimate.mean
            done += 1
            progress(done / total)
