"""One training run in a work directory: start, resume, finish."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import os
import re
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from keras_infogan import datasets
from keras_infogan.callbacks import (
    CodeAccuracy,
    MetricsTable,
    NonFiniteLossError,
    Progress,
    StopOnNonFinite,
    TraversalImages,
)
from keras_infogan.evaluation.group_names import QUICK
from keras_infogan.evaluation.groups import CLASSES, INTERVALS, evaluate
from keras_infogan.evaluation.pictures import confusion_picture, write_png
from keras_infogan.evaluation.subject import Subject
from keras_infogan.layers import seed_states
from keras_infogan.metrics import Extractor, load_classifier, train_classifier
from keras_infogan.models.infogan import InfoGAN
from keras_infogan.runs import building as builder
from keras_infogan.runs.checkpoints import Checkpoints, CheckpointStore
from keras_infogan.runs.directory import WorkDirectory
from keras_infogan.runs.distribution import DEFAULT_WORKER_TIMEOUT, Workers, connect
from keras_infogan.runs.preemption import Preemption
from keras_infogan.runtime import machine
from keras_infogan.runtime.files import replace_file, write_json
from keras_infogan.runtime.locks import exclusive


def train(
    config: Any,
    workdir: str,
    data_dir: str | None = None,
    strategy: str = "none",
    worker_timeout: float = DEFAULT_WORKER_TIMEOUT,
) -> None:
    """Trains what a config describes, or goes on where the directory's run stopped.

    Args:
        config: a ConfigDict as the files in `configs/` return it.
        workdir: the run's directory; see `WorkDirectory`. All workers read it, the chief alone
            writes.
        data_dir: TFDS's data_dir; None is TFDS's own choice.
        strategy: as for `distribution.connect`; replicas share each batch.
        worker_timeout: seconds to wait for all workers.

    Raises:
        ValueError: a bad setting, or a directory that holds something else.
        OSError: data or directory cannot be read or written.
        NonFiniteLossError: a loss became NaN or infinite.
        Interrupted: by Ctrl-C or SIGTERM, after the present step was saved.
        ValueError: another process trains in the directory.
        WorkerLostError: another worker did not come, or is gone.
    """
    builder.check(config)
    _set_up(config)
    directory = WorkDirectory(workdir)
    with connect(strategy, worker_timeout) as workers:
        config = _with_form(config, workers.say)
        workers.check_same("config", config.to_json())
        training, test = _load(config, data_dir)
        _check_batch(config, len(training.images), workers.replicas)
        with workers.strategy.scope():
            model = builder.build_model(config, training.images.shape[1:])
        if workers.is_chief:
            directory.start(config.to_dict())
        with exclusive(directory.lock) if workers.is_chief else nullcontext():
            _train(model, config, directory, training, test, workers)


def _check_batch(config: Any, images: int, replicas: int) -> None:
    if config.batch_size * config.discriminator_steps > images:
        raise ValueError(
            "config.batch_size times config.discriminator_steps should be at most "
            f"{images}, the number of images. "
            f"Received: {config.batch_size} times {config.discriminator_steps}"
        )
    if config.batch_size % replicas or config.batch_size < 2 * replicas:
        raise ValueError(
            f"config.batch_size should be a multiple of {replicas}, the number of replicas, and "
            f"leave each at least 2 images. Received: {config.batch_size}"
        )


def _set_up(config: Any) -> None:
    """Settings of TensorFlow's that hold for the process."""
    if config.threads:
        try:
            tf.config.threading.set_intra_op_parallelism_threads(config.threads)
        except RuntimeError as error:
            raise ValueError(
                "config.threads should be set before TensorFlow computes anything in this process. "
                f"Received: {config.threads}"
            ) from error
    if config.deterministic:
        tf.config.experimental.enable_op_determinism()


def _train(
    model: InfoGAN,
    config: Any,
    directory: WorkDirectory,
    training: Any,
    test: Any,
    workers: Workers,
) -> None:
    workers.wait()  # the directory is there from now on
    store = _store(model, config, directory)
    store.restore(report=workers.say)
    workers.check_same("step to start at, from one work directory", model.steps_done)
    if model.steps_done >= config.steps and directory.model.is_file():
        workers.say(
            f"{directory.path} was trained to step {model.steps_done}: nothing is left to do"
        )
        return
    workers.say(f"work directory: {directory.path}  (logs, metrics.csv, images, checkpoints)")
    workers.say(
        f"data: {config.data.name}, {len(training.images)} images of "
        f"{'x'.join(map(str, training.images.shape[1:]))}; starting at step {model.steps_done}"
    )
    shared = os.environ.get("TF_NUM_INTRAOP_THREADS")  # of whoever runs many (`infogan-study`)
    threads = config.threads or shared or f"one a core ({os.cpu_count()})"
    where = {**machine.versions(), "accelerators": machine.devices(), "threads": threads}
    if workers.replicas > 1:
        where["replicas"] = str(workers.replicas)
    if workers.is_chief:
        write_json(directory.machine, where)
    started = time.monotonic()
    _fit(model, config, directory, store, training, test, workers)
    if workers.is_chief:
        save_model(model, directory)
    workers.say(
        f"trained to step {model.steps_done} in {time.monotonic() - started:.0f} s; "
        f"model: {directory.model}"
    )


def evaluate_run(
    workdir: str,
    data_dir: str | None = None,
    groups: Sequence[str] = QUICK,
    samples: int | None = None,
    classifier: str | None = None,
    progress: Callable[[float, str], None] | None = None,
) -> dict[str, Any]:
    """Evaluates a finished run on the test split and writes its `evaluation.json`.

    Each code's confusion matrix with a label becomes a picture, `confusion-CODE.png`.

    Args:
        workdir: the run's directory.
        data_dir: TFDS's data_dir; None is TFDS's own choice.
        groups: of scores, among `evaluation.GROUPS`.
        samples: images to generate; None is as many as the test split has.
        classifier: a file with the classifier that the group "images" looks through. Where it
            does not exist yet, it is trained on the run's labelled training images and saved
            there; None is `classifier.keras` in the run's directory. Scores through different
            classifiers do not compare, and are named for the classifier's weights.
        progress: as for `evaluation.evaluate`.

    Returns:
        The record that was written: "config" (its name), "seed", "step", "images", "samples",
        every score, and under "intervals" and "classes" what `EvaluationResult` says of them.
        What an evaluation of the same model and numbers found of other groups stays. JSON has no
        NaN and no infinity: numbers that are either are None.

    Raises:
        ValueError: no finished run is there, an unknown group, or a classifier file that is
            damaged or has no name that ends in .keras.
        OSError: data cannot be read or the record not written.
    """
    directory = WorkDirectory(workdir)
    model = load_model(directory)
    config = directory.read_config()
    data = config["data"]
    test = _images(data, data["test_split"], data_dir)
    path = Path(classifier) if classifier else directory.classifier
    if path.suffix != ".keras" or not path.parent.is_dir():
        raise ValueError(
            f"The classifier should be a .keras file in a directory that exists. Received: {path}"
        )
    look = None
    if path.is_file() or any(len(np.unique(truth)) > 1 for truth in test.labels.values()):
        look = partial(_classifier, path, data, data_dir)
    subject = Subject(model, test.images, test.labels, samples=samples, extractor=look)
    found = evaluate(subject, groups, progress)
    for name, confusion in found.classes.items():
        picture = confusion_picture(confusion, name)
        write_png(directory.path / f"confusion-{name.replace('/', '-')}.png", picture)
    circumstances = {
        "config": config["name"],
        "seed": config["seed"],
        "step": model.steps_done,
        "images": len(test.images),
        "samples": samples or len(test.images),
    }
    classes = {name: confusion._asdict() for name, confusion in found.classes.items()}
    record = {**circumstances, **found.scores, INTERVALS: found.intervals, CLASSES: classes}
    record = _merged(_read_record(directory.evaluation), _plain(record), circumstances)
    write_json(directory.evaluation, record)
    return record


def _plain(value: Any) -> Any:
    """A value as JSON takes it: lists for arrays, None for what is not finite."""
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, np.ndarray | list | tuple):
        return [_plain(each) for each in np.asarray(value, object).tolist()]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _read_record(path: Path) -> dict[str, Any]:
    """The record of an earlier evaluation; nothing where there is none that can be read."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def _merged(
    old: dict[str, Any], new: dict[str, Any], circumstances: dict[str, Any]
) -> dict[str, Any]:
    """A new record with what an old one of the same circumstances has besides."""
    if any(old.get(name) != value for name, value in circumstances.items()):
        return new
    nested = {name: {**old.get(name, {}), **new[name]} for name in (INTERVALS, CLASSES)}
    scores = {**old, **new}
    return {**{name: scores[name] for name in scores if name not in nested}, **nested}


def _classifier(path: Path, data: dict[str, Any], data_dir: str | None) -> Extractor:
    """The classifier in a file, or one trained on the run's training images and saved there.

    Its name ends in four letters that its weights give: two classifiers are two scales, whose
    scores should not stand under one name.
    """
    if not path.is_file():
        training = _images(data, data["train_split"], data_dir)
        label = data.get("label") or next(iter(training.labels))
        truth = _given_labels(training.labels, label)
        of = "" if len(training.labels) == 1 else f"_{label}"
        name = re.sub(r"\W", "_", f"{data['name']}{of}_classifier")
        trained: Any = train_classifier(name, training.images, truth).model
        replace_file(path, trained.save)
    extractor = load_classifier(path)
    network: Any = extractor.model
    weights = hashlib.sha256(b"".join(weight.tobytes() for weight in network.get_weights()))
    return dataclasses.replace(extractor, name=f"{extractor.name}_{weights.hexdigest()[:4]}")


def load_model(directory: WorkDirectory) -> InfoGAN:
    """The trained model of a run.

    Raises:
        ValueError: the run is unfinished, or its model file is damaged.
    """
    path = directory.require_model()
    try:
        return keras.saving.load_model(path)
    except Exception as error:  # zipfile, h5py and Keras each raise their own kinds
        raise ValueError(f"{path} is damaged or was not saved by keras_infogan: {error}") from error


def load_test_images(directory: WorkDirectory, data_dir: str | None = None) -> np.ndarray:
    """The images of a run's test split, [N, H, W, C], without their labels.

    Raises:
        ValueError: no run is there.
        OSError: data cannot be read.
    """
    data = directory.read_config()["data"]
    return _images(data, data["test_split"], data_dir).images


def save_model(model: InfoGAN, directory: WorkDirectory) -> None:
    """Writes the run's `model.keras`, whole or not at all."""
    replace_file(directory.model, model.save)


def _with_form(config: Any, say: Callable[[str], None]) -> Any:
    """A config that says which size and colour a folder's images get, chosen where it did not."""
    data = config.data
    if data.name != datasets.IMAGE_FOLDER or not data.path or (data.image_size and data.channels):
        return config
    form = datasets.choose_format(data.path)
    chosen = config.copy_and_resolve_references()
    chosen.data.image_size = tuple(data.image_size) or form.image_size
    chosen.data.channels = data.channels or form.channels
    height, width = chosen.data.image_size
    say(
        f"folder: {form.found}; trained on as {height}x{width}x{chosen.data.channels} "
        "(other: --config.data.image_size=HEIGHT,WIDTH --config.data.channels=1 or 3)"
    )
    return chosen


def _load(config: Any, data_dir: str | None) -> tuple[Any, Any]:
    data = config.data.to_dict()
    return tuple(_images(data, data[split], data_dir) for split in ("train_split", "test_split"))


def _images(data: dict[str, Any], split: str, data_dir: str | None) -> Any:
    """A split of a config's data; runs of before these settings existed have none of them."""
    settings = {name: data.get(name) for name in ("path", "image_size", "channels")}
    return datasets.load_images(data["name"], split, data_dir, **settings)


def load_labeled(
    data: dict[str, Any], split: str, data_dir: str | None = None, label: str | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """A split of a run's data and one of its labels.

    Args:
        data: the run's `config.data`.
        split: "train_split" or "test_split".
        data_dir: TFDS's data_dir; None is TFDS's own choice.
        label: its name; None is what `config.data.label` says, or else the only one.

    Returns:
        Images, uint8 [N, H, W, C], and the label, int64 [N].

    Raises:
        ValueError: no such label, or none that is the only one.
        OSError: the data cannot be read.
    """
    found = _images(data, data[split], data_dir)
    return found.images, _given_labels(found.labels, label or data.get("label") or "", "The label")


def _store(model: InfoGAN, config: Any, directory: WorkDirectory) -> CheckpointStore:
    checkpoint = tf.train.Checkpoint(
        # Not the model itself: the values of its metrics are on all workers, and the chief saves
        # alone.
        model=tf.train.Checkpoint(
            generator_optimizer=model.generator_optimizer,
            discriminator_optimizer=model.discriminator_optimizer,
        ),
        seeds=seed_states(*model.augmentations),
        weights=[weight.value for weight in model.weights],
    )
    return CheckpointStore(checkpoint, directory.checkpoints, config.checkpoints_kept)


def _fit(
    model: InfoGAN,
    config: Any,
    directory: WorkDirectory,
    store: CheckpointStore,
    training: Any,
    test: Any,
    workers: Workers,
) -> None:
    labels = _given_labels(training.labels, config.data.label) if model.takes_labels else None
    checkpoints = Checkpoints(store, config.checkpoint_every_steps, writes=workers.is_chief)
    checkpoints.set_model(model)  # Ctrl-C may come before `fit` does
    preemption = Preemption(agree=workers.largest)
    records = [
        CodeAccuracy(test.images, test.labels),
        TraversalImages(directory.images, seed=config.seed),
        MetricsTable(directory.metrics, config.batch_size),
        keras.callbacks.TensorBoard(directory.logs, write_graph=False),
        Progress(config.steps, config.batch_size),
    ]
    callbacks = [
        StopOnNonFinite(config.non_finite_patience),
        *(records if workers.is_chief else []),
        checkpoints,
        preemption,
    ]
    try:
        with preemption:
            _fit_with_restarts(
                model,
                store,
                config.restarts,
                lambda: _fit_to_the_end(model, config, training.images, labels, callbacks),
            )
        checkpoints.save_now()
    except KeyboardInterrupt:
        checkpoints.save_now()
        workers.say(
            f"interrupted at step {model.steps_done}, which is saved: "
            "the same command goes on from there"
        )
        raise
    except NonFiniteLossError as error:
        raise NonFiniteLossError(
            f"{error} The last good checkpoint is {store.newest}. A lower learning rate may help."
        ) from error


def _fit_with_restarts(
    model: InfoGAN, store: CheckpointStore, restarts: int, fit: Callable[[], None]
) -> None:
    """Goes back to the last good checkpoint where losses stay NaN, with D learning more slowly."""
    for left in range(restarts, -1, -1):
        try:
            return fit()
        except NonFiniteLossError as error:
            optimizer = model.discriminator_optimizer
            rate = 0.5 * float(optimizer.learning_rate)  # of now: the checkpoint may hold an older
            if not left or store.restore() is None:
                raise
            optimizer.learning_rate = rate
            print(
                f"{error} Starting again at step {model.steps_done} with the discriminator's rate "
                f"halved to {float(optimizer.learning_rate):.3g}; restarts left: {left - 1}"
            )


def _fit_to_the_end(
    model: InfoGAN,
    config: Any,
    images: np.ndarray,
    labels: np.ndarray | None,
    callbacks: list[Any],
) -> None:
    while model.steps_done < config.steps:
        _fit_epochs(model, config, images, labels, callbacks)


def _given_labels(
    labels: Mapping[str, np.ndarray], name: str, what: str = "config.data.label"
) -> np.ndarray:
    if name in labels:
        return labels[name]
    if name or len(labels) != 1:
        raise ValueError(
            f"{what} should name one of the data's labels {sorted(labels)}. Received: {name!r}"
        )
    return next(iter(labels.values()))


def _fit_epochs(
    model: InfoGAN,
    config: Any,
    images: np.ndarray,
    labels: np.ndarray | None,
    callbacks: list[Any],
) -> None:
    """All whole epochs that are left, or the part of one that a run stopped in or ends with."""
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
