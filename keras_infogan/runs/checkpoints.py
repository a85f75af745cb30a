"""Checkpoints with checksums: if one is damaged, the one before it is used."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from keras_infogan.callbacks import NonFiniteLossError
from keras_infogan.runtime.arguments import checked_count
from keras_infogan.runtime.files import file_sha256, replace_file, sync_directory

DEFAULT_KEPT = 2
CHECKSUMS_SUFFIX = ".sha256"

Logs = Any


class CheckpointStore:
    """Saves a checkpoint for a step, and restores the newest complete one.

    Next to the files of `ckpt-STEP` is `ckpt-STEP.sha256`, in the format of `sha256sum --check`. It
    is written last, so a checkpoint without it is unfinished.

    Args:
        checkpoint: what is saved.
        directory: made if it is missing.
        kept: how many of the newest checkpoints stay, int >= 1.

    Raises:
        ValueError: `kept` is below 1.

    Examples:
        >>> step = tf.Variable(500)
        >>> store = CheckpointStore(tf.train.Checkpoint(step=step), "checkpoints")
        >>> store.save(500)
        >>> store.restore(report=print)
        500
    """

    def __init__(
        self, checkpoint: tf.train.Checkpoint, directory: str | Path, kept: int = DEFAULT_KEPT
    ):
        kept = checked_count("kept", kept, 1)
        self.directory = Path(directory)
        self.saved_step: int | None = None  # by this store, or what it restored
        self._checkpoint = checkpoint
        self._manager = tf.train.CheckpointManager(checkpoint, str(directory), max_to_keep=kept)

    @property
    def newest(self) -> str | None:
        """The path of the newest checkpoint that is whole, without a suffix; None without one."""
        whole = (path for path in reversed(self._manager.checkpoints) if not self._damage(path))
        return next(whole, None)

    def save(self, step: int) -> None:
        """Saves the present state as the checkpoint of a step, whole on disk when this returns.

        Raises:
            OSError: the directory cannot be written or is full; earlier checkpoints stay whole.
        """
        try:
            prefix = self._manager.save(checkpoint_number=step)
        except tf.errors.OpError as error:
            reason = error.message.splitlines()[0]
            raise OSError(f"{self.directory} cannot be written: {reason}") from error
        lines = [f"{_digest(path)}  {path.name}\n" for path in _files(prefix)]
        checksums = Path(prefix + CHECKSUMS_SUFFIX)
        replace_file(checksums, lambda temporary: temporary.write_text("".join(lines)))
        sync_directory(self.directory)
        self.saved_step = step
        self._forget()

    def restore(self, report: Callable[[str], None] = print) -> int | None:
        """Restores the newest checkpoint that is whole.

        Args:
            report: receives a sentence for each newer one that is damaged and therefore skipped.

        Returns:
            Its step, or None where there is no checkpoint.

        Raises:
            ValueError: every checkpoint is damaged, or the newest complete one is of another model.
        """
        damages: dict[str, str] = {}  # the newest first
        for path in reversed(self._manager.checkpoints):
            damages[path] = self._damage(path)
            if not damages[path]:
                self._read(path)
                self.saved_step = int(path.rpartition("-")[2])
                return self.saved_step
            report(f"The checkpoint {path} is damaged: {damages[path]}")
        if damages:
            path, damage = next(iter(damages.items()))
            raise ValueError(f"The checkpoint {path} is damaged, and there is no other: {damage}")
        return None

    def _read(self, path: str) -> None:
        try:
            self._checkpoint.restore(path).assert_existing_objects_matched()
        except (tf.errors.OpError, AssertionError, IndexError, ValueError) as error:
            raise ValueError(f"The checkpoint {path} is of another model: {error}") from error

    def _damage(self, prefix: str) -> str:
        """What is wrong with a checkpoint's files; empty if they are as they were saved."""
        checksums = Path(prefix + CHECKSUMS_SUFFIX)
        try:
            lines = [line.split("  ", 1) for line in checksums.read_text().splitlines()]
            expected = {name: digest for digest, name in lines}
        except OSError:
            return f"{checksums.name} is missing: it was not finished"
        except ValueError:
            return f"{checksums.name} cannot be read"
        for name, digest in expected.items():
            path = self.directory / name
            if not path.is_file():
                return f"{name} is missing"
            if _digest(path) != digest:
                return f"{name} is not as it was saved"
        return "" if expected else f"{checksums.name} is empty"

    def _forget(self) -> None:
        """Removes checksums of checkpoints that the manager has removed."""
        kept = {Path(path + CHECKSUMS_SUFFIX).name for path in self._manager.checkpoints}
        for path in self.directory.glob(f"*{CHECKSUMS_SUFFIX}"):
            if path.name not in kept:
                path.unlink(missing_ok=True)


def _files(prefix: str) -> list[Path]:
    path = Path(prefix)
    return sorted(
        file
        for file in path.parent.glob(f"{path.name}.*")
        if file.suffix != CHECKSUMS_SUFFIX and not file.name.startswith(".")
    )


def _digest(path: Path) -> str:
    """The file's SHA-256; what the file holds is on disk afterwards."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return file_sha256(path)


class Checkpoints(keras.callbacks.Callback):
    """Saves a checkpoint every so many steps, and when training is interrupted.

    Args:
        store: saves the model.
        every_steps: int >= 1.
        writes: False only checks the weights; this is for every worker except the chief.

    Raises:
        NonFiniteLossError: in `fit`, when a weight is NaN or infinite; nothing is saved then.
    """

    def __init__(self, store: CheckpointStore, every_steps: int, writes: bool = True):
        super().__init__()
        self.store = store
        self.writes = writes
        self.every_steps = every_steps

    def on_train_batch_end(self, batch: int, logs: Logs = None) -> None:
        step = self.model.steps_done
        if step % self.every_steps == 0:
            self._save(step)

    def save_now(self) -> None:
        """Saves the present step, unless it is saved already."""
        step = self.model.steps_done
        if step != self.store.saved_step:
            self._save(step)

    def _save(self, step: int) -> None:
        # Losses depend on the weights before the update; a checkpoint holds those after it.
        for weight in self.model.trainable_weights:
            if not bool(tf.reduce_all(tf.math.is_finite(weight.value))):
                raise NonFiniteLossError(f"{weight.path} became NaN or infinite at step {step}.")
        if self.writes:
            self.store.save(step)
