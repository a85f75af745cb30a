"""`fit` of a run: callbacks, epochs, restarts, and what happens when training is interrupted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from keras_infogan import datasets
from keras_infogan.callbacks import (
    CodeAccuracy,
    ConfigText,
    MetricsTable,
    NonFiniteLossError,
    Progress,
    StopOnNonFinite,
    TraversalImages,
)
from keras_infogan.latents import GivenClass
from keras_infogan.models.infogan import InfoGAN
from keras_infogan.models.labels import UNLABELED
from keras_infogan.runs.checkpoints import Checkpoints, CheckpointStore
from keras_infogan.runs.data import choose_companion, choose_label
from keras_infogan.runs.directory import WorkDirectory
from keras_infogan.runs.distribution import Workers
from keras_infogan.runs.preemption import Preemption


def fit_run(
    model: InfoGAN,
    config: Any,
    directory: WorkDirectory,
    store: CheckpointStore,
    training: Any,
    test: Any,
    workers: Workers,
) -> None:
    """Trains a model from the step that it has reached to the last step of its config.

    Args:
        model: compiled; a resumed one was restored from its checkpoint.
        config: the run's ConfigDict.
        directory: of the run.
        store: saves and restores the model.
        training, test: `datasets.LabeledImages`.
        workers: the processes that train together.

    Raises:
        NonFiniteLossError: losses stay NaN or infinite, and no restart is left.
        Interrupted: SIGINT or SIGTERM came; the current step was saved.
    """
    labels = _labels_or_given(model, config, training)
    checkpoints = Checkpoints(store, config.checkpoint_every_steps, writes=workers.is_chief)
    checkpoints.set_model(model)  # Ctrl-C may come before `fit` does it
    preemption = Preemption(agree=workers.largest)
    callbacks = [
        StopOnNonFinite(config.non_finite_patience),
        *(_record_callbacks(config, directory, test) if workers.is_chief else []),
        checkpoints,
        preemption,
    ]
    try:
        with preemption:
            _fit_with_restarts(
                model,
                store,
                config.restarts,
                lambda: _fit_to_last_step(model, config, training.images, labels, callbacks),
            )
        checkpoints.save_now()
    except KeyboardInterrupt:
        checkpoints.save_now()
        workers.print_on_chief(
            f"interrupted at step {model.steps_done}, which is saved: "
            "rerun the same command to resume"
        )
        raise
    except NonFiniteLossError as error:
        raise NonFiniteLossError(
            f"{error} The last good checkpoint is {store.newest}. A lower learning rate may help."
        ) from error


def _labels_or_given(model: InfoGAN, config: Any, training: Any) -> np.ndarray | None:
    """What comes with each image in `fit`; None if the model takes the images alone."""
    for name, given in model.latents.given.items():
        if not isinstance(given, GivenClass):
            values = choose_companion(training.companions, name)
            model.keep_given(values)
            return given.stored(values)
    if not (model.takes_labels or model.takes_given):
        return None
    labels = choose_label(training.labels, config.data.label)
    if not config.data.labels_per_class:
        return labels
    rows = datasets.draw_labeled(labels, config.data.labels_per_class, config.seed)
    model.keep_labeled(training.images[rows], labels[rows])
    few = np.full(len(labels), UNLABELED)
    few[rows] = labels[rows]
    return few


def _record_callbacks(
    config: Any, directory: WorkDirectory, test: Any
) -> list[keras.callbacks.Callback]:
    return [
        CodeAccuracy(test.images, test.labels),
        TraversalImages(directory.images, seed=config.seed, log_dir=directory.logs),
        ConfigText(directory.logs, directory.read_config()),
        MetricsTable(directory.metrics, config.batch_size),
        keras.callbacks.TensorBoard(directory.logs, write_graph=False),
        Progress(config.steps, config.batch_size),
    ]


def _fit_with_restarts(
    model: InfoGAN, store: CheckpointStore, restarts: int, fit: Callable[[], None]
) -> None:
    """If losses stay NaN, restarts at the last good checkpoint with half of D's learning rate."""
    for left in range(restarts, -1, -1):
        try:
            return fit()
        except NonFiniteLossError as error:
            optimizer = model.discriminator_optimizer
            # Half of the present rate: the checkpoint may hold an older, higher one.
            rate = 0.5 * float(optimizer.learning_rate)
            if not left or store.restore() is None:
                raise
            optimizer.learning_rate = rate
            print(
                f"{error} Starting again at step {model.steps_done} with the discriminator's rate "
                f"halved to {float(optimizer.learning_rate):.3g}; restarts left: {left - 1}"
            )


def _fit_to_last_step(
    model: InfoGAN,
    config: Any,
    images: np.ndarray,
    labels: np.ndarray | None,
    callbacks: list[Any],
) -> None:
    while model.steps_done < config.steps:
        _fit_epochs(model, config, images, labels, callbacks)


def _fit_epochs(
    model: InfoGAN,
    config: Any,
    images: np.ndarray,
    labels: np.ndarray | None,
    callbacks: list[Any],
) -> None:
    """Fits all whole epochs that are left, or the rest of an epoch that the run stopped in."""
    step, per_epoch = model.steps_done, config.steps_per_epoch
    epoch, done = divmod(step, per_epoch)
    whole = 0 if done else (config.steps - step) // per_epoch
    steps = per_epoch if whole else min(per_epoch - done, config.steps - step)
    batch_size = config.batch_size * config.discriminator_steps
    batches = datasets.training_batches(
        images, batch_size, config.seed, first_step=step, labels=labels
    )
    model.fit(
        batches,
        initial_epoch=epoch,
        epochs=epoch + max(whole, 1),
        steps_per_epoch=steps,
        callbacks=callbacks,
        verbose=0,
    )
