"""Information of codes by a recognition network that is trained after the model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from keras_infogan.latents.spec import LatentSpec
from keras_infogan.metrics.classifier import LOGITS, build_classifier
from keras_infogan.runtime.arguments import checked_count
from keras_infogan.runtime.images import unit_array
from keras_infogan.runtime.types import Tensor

LEARNING_RATE = 2e-3
FEWEST = 10  # images, so that both parts have some


def held_out_log_probabilities(
    latents: LatentSpec,
    drawn: Mapping[str, Any],
    images: Any,
    *,
    epochs: int = 8,
    held_out: float = 0.2,
    batch_size: int = 128,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, np.ndarray]:
    """log q(c|x) of a newly trained recognition network, on images that it was not trained on.

    A network of another architecture (`build_classifier`'s) learns log q(c|x) on one part of a
    generator's samples, by Adam with a cosine schedule from 2e-3 to 0, and is evaluated on the
    rest. E log q(c|x) + H(c) is then a bound on I(c; x) that the generator was not trained for:
    codes that only the Q of the training can read have a low score.

    Args:
        latents: the spec that the latents were drawn from.
        drawn: the latents of N images, from `LatentSpec.sample`.
        images: the N images [N, H, W, C], N >= 10, see
            `keras_infogan.runtime.images.checked_images`.
        epochs: passes over the training part, int >= 1.
        held_out: share of the images to evaluate on, above 0 and below 1; these are the last ones.
        batch_size: images per update, at most the size of the training part.
        seed: int, of the weights and of the order.
        progress: called with (updates made, all updates) after each update.

    Returns:
        Per code name log q(c|x) of the images held out, float32, in nats.

    Raises:
        ValueError: no codes, too few images, a share out of range, images and latents of other
            lengths, images that are NaN or out of range, or `epochs` or `batch_size` below 1.

    Examples:
        >>> drawn = model.latents.sample(100, (0, 1))
        >>> log_probs = held_out_log_probabilities(
        ...     model.latents, drawn, model.generate(drawn), epochs=1
        ... )
        >>> log_probs["digit"].shape   # a fifth of the images
        (20,)
        >>> bound = log_probs["digit"].mean() + model.latents.entropy()["digit"]   # in nats
    """
    checked_count("batch_size", batch_size, 1)
    images = unit_array(images)
    count = len(images)
    if not latents.codes:
        raise ValueError("There should be a code to read. Received: codes={}")
    if count < FEWEST or not 0 < held_out < 1 or epochs < 1:
        raise ValueError(
            f"There should be {FEWEST} images or more, `held_out` between 0 and 1 and `epochs` at "
            f"least 1. Received: {count} images, held_out={held_out!r}, epochs={epochs!r}"
        )
    checked_count("epochs", epochs, 1)
    values = {name: tf.convert_to_tensor(drawn[name]) for name in latents.codes}
    lengths = {name: len(value) for name, value in values.items()}
    if set(lengths.values()) != {count}:
        raise ValueError(
            f"Each code should have a value for each of {count} images. Received: {lengths}"
        )
    training = min(count - 1, max(1, round(count * (1.0 - held_out))))
    batch_size = min(batch_size, training)
    network = build_classifier(
        "recognition", images.shape[1:], max(2, latents.parameter_count), seed, dropout=0.0
    )
    network = keras.Model(network.inputs[0], network.get_layer(LOGITS).output)
    _fit(network, latents, values, images, training, epochs, batch_size, seed, progress)

    def read(rows: slice) -> dict[str, Tensor]:
        parameters = network(images[rows], training=False)
        return latents.log_prob(
            {name: value[rows] for name, value in values.items()},
            parameters[:, : latents.parameter_count],
        )

    parts = [
        read(slice(start, min(start + batch_size, count)))
        for start in range(training, count, batch_size)
    ]
    return {name: np.concatenate([part[name].numpy() for part in parts]) for name in latents.codes}


def _fit(
    network: keras.Model,
    latents: LatentSpec,
    values: Mapping[str, Tensor],
    images: np.ndarray,
    training: int,
    epochs: int,
    batch_size: int,
    seed: int,
    progress: Callable[[int, int], None] | None,
) -> None:
    steps = epochs * (training // batch_size)
    optimizer = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(LEARNING_RATE, steps))
    variables = network.trainable_variables
    optimizer.build(variables)

    @tf.function
    def update(some: Tensor, truth: Mapping[str, Tensor]) -> None:
        with tf.GradientTape() as tape:
            parameters = network(some, training=True)[:, : latents.parameter_count]
            logs = latents.log_prob(truth, parameters)
            loss = -tf.add_n([tf.reduce_mean(log) for log in logs.values()])
        gradients = tape.gradient(loss, [variable.value for variable in variables])
        optimizer.apply(gradients, variables)

    generator = np.random.default_rng(seed)
    made = 0
    for _ in range(epochs):
        order = generator.permutation(training)
        for start in range(0, training - batch_size + 1, batch_size):
            rows = order[start : start + batch_size]
            update(images[rows], {name: tf.gather(value, rows) for name, value in values.items()})
            made += 1
            if progress:
                progress(made, steps)
