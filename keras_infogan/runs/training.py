"""One training run in a work directory: start it, resume it, finish it."""

from __future__ import annotations

import os
import time
from contextlib import nullcontext
from typing import Any

import tensorflow as tf

from keras_infogan.layers import seed_states
from keras_infogan.models.infogan import InfoGAN
from keras_infogan.runs.building import build_model
from keras_infogan.runs.checking import check_batch_size, check_config
from keras_infogan.runs.checkpoints import CheckpointStore
from keras_infogan.runs.continuing import continue_config
from keras_infogan.runs.data import load_splits, with_absolute_path, with_data_format
from keras_infogan.runs.directory import WorkDirectory
from keras_infogan.runs.distribution import DEFAULT_WORKER_TIMEOUT, Workers, connect
from keras_infogan.runs.fitting import fit_run
from keras_infogan.runs.model_file import save_model
from keras_infogan.runs.pictures import check_pictures, describe_pictures, record_pictures
from keras_infogan.runs.tensorflow_settings import determinism, set_threads
from keras_infogan.runtime import machine
from keras_infogan.runtime.files import write_json
from keras_infogan.runtime.locks import exclusive


def train(
    config: Any,
    workdir: str,
    data_dir: str | None = None,
    strategy: str = "none",
    worker_timeout: float = DEFAULT_WORKER_TIMEOUT,
) -> None:
    """Trains the model of a config, or resumes the run in the directory.

    A run, also a finished one, may be resumed with more `steps`; see `continue_config`.

    Args:
        config: a ConfigDict as the files in `configs/` return it.
        workdir: the run's directory; see `WorkDirectory`. All workers read it; only the chief
            writes.
        data_dir: TFDS's data_dir; None is TFDS's own choice.
        strategy: as for `distribution.connect`; replicas share each batch.
        worker_timeout: seconds to wait for all workers.

    Raises:
        ValueError: a bad setting, a directory that holds something else, or a directory in which
            another process trains.
        OSError: data or directory cannot be read or written.
        NonFiniteLossError: a loss became NaN or infinite.
        Interrupted: Ctrl-C or SIGTERM came; the current step was saved.
        WorkerLostError: another worker did not start in time, or was lost.

    Examples:
        >>> train(mnist.get_config(), "runs/mnist")   # doctest: +SKIP
    """
    check_config(config)
    directory = WorkDirectory(workdir)
    config = continue_config(with_absolute_path(config), directory)
    set_threads(config.threads)
    with (
        connect(strategy, worker_timeout) as workers,
        determinism(config.deterministic, workers.replicas),
    ):
        config = with_data_format(config, workers.print_on_chief)
        workers.check_same("config", config.to_json())
        training, test = load_splits(config, data_dir)
        check_batch_size(config, len(training.images), workers.replicas)
        with workers.strategy.scope():
            model = build_model(config, training.images.shape[1:])
        record = record_pictures(config, training, test)
        check_pictures(directory, record, workers.print_on_chief)
        if workers.is_chief and not directory.config.exists():
            directory.start(config.to_dict())
        with exclusive(directory.lock) if workers.is_chief else nullcontext():
            _train_in(directory, model, config, training, test, record, workers)


def _train_in(
    directory: WorkDirectory,
    model: InfoGAN,
    config: Any,
    training: Any,
    test: Any,
    record: dict[str, Any],
    workers: Workers,
) -> None:
    workers.wait()  # from now on the directory exists for all of them
    if workers.is_chief:
        directory.update(config.to_dict())
    store = _checkpoint_store(model, config, directory)
    store.restore(report=workers.print_on_chief)
    workers.check_same("step to start at, from one work directory", model.steps_done)
    if model.steps_done >= config.steps and directory.model.is_file():
        workers.print_on_chief(
            f"{directory.path} was trained to step {model.steps_done}: nothing is left to do"
        )
        return
    workers.print_on_chief(
        f"work directory: {directory.path}  (logs, metrics.csv, images, checkpoints)"
    )
    workers.print_on_chief(
        f"data: {config.data.name}, {len(training.images)} images of "
        f"{'x'.join(map(str, training.images.shape[1:]))}; starting at step {model.steps_done}"
    )
    for sentence in describe_pictures(training, test):
        workers.print_on_chief(sentence)
    if workers.is_chief:
        write_json(directory.machine, _machine_facts(config, workers))
        if record:
            write_json(directory.data, record)
    started = time.monotonic()
    fit_run(model, config, directory, store, training, test, workers)
    if workers.is_chief:
        save_model(model, directory)
    workers.print_on_chief(
        f"trained to step {model.steps_done} in {time.monotonic() - started:.0f} s; "
        f"model: {directory.model}"
    )


def _machine_facts(config: Any, workers: Workers) -> dict[str, str]:
    """What `machine.json` says: versions, accelerators, threads, and replicas where several."""
    share = os.environ.get("TF_NUM_INTRAOP_THREADS")  # set by `infogan-study` for each of its runs
    threads = config.threads or share or f"one per core ({os.cpu_count()})"
    facts = {**machine.versions(), "accelerators": machine.devices(), "threads": threads}
    if workers.replicas > 1:
        facts["replicas"] = str(workers.replicas)
    return facts


def _checkpoint_store(model: InfoGAN, config: Any, directory: WorkDirectory) -> CheckpointStore:
    checkpoint = tf.train.Checkpoint(
        # Not the model itself: its metrics have values on all workers, and the chief saves alone.
        model=tf.train.Checkpoint(
            generator_optimizer=model.generator_optimizer,
            discriminator_optimizer=model.discriminator_optimizer,
        ),
        seeds=seed_states(*model.augmentations),
        weights=[weight.value for weight in model.weights],
    )
    return CheckpointStore(checkpoint, directory.checkpoints, config.checkpoints_kept)
