"""The child processes of a study.

Each run is two of them, `infogan-train` and then `infogan-evaluate`. A crash, an exhausted memory
or a GPU that a model keeps is then one run's and never the study's, and the commands that the page
shows are the very ones that ran. A child costs some seconds of imports; a run takes minutes.

Ray sends what is here to its workers by value (see `ray_running`), so this module imports nothing
of the package: a worker that only waits for its child needs no TensorFlow.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

LONGEST_MESSAGE = 500  # characters of a failed run's last line

# TensorFlow's threads of an operation, its operations at a time, and those of OpenMP and BLAS.
THREAD_VARIABLES = ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS")

# Runs `infogan-NAME` with arguments, its output going to a log; returns its exit status.
Execute = Callable[[str, Sequence[str], Path], int]


class Executor:
    """Runs `infogan-NAME` in child processes, one at a time; Ctrl-C lets the child save.

    Args:
        threads: of a child, in its environment and not in its run's config, which says what the
            run is; 0 leaves it to the child: one a core.
        directory: that children run in; None is this process's.
        process_group: of the children: 0 is one of their own, so that the terminal's Ctrl-C
            reaches them through us, and once; None is this process's.
        variables: of the children's environment, besides this process's.

    Example:

    >>> arguments = ["--config=mnist", "--workdir=runs/mnist"]
    >>> Executor(threads=1)("train", arguments, Path("log"))   # doctest: +SKIP
    0
    """

    def __init__(
        self,
        threads: int = 0,
        directory: str | None = None,
        process_group: int | None = 0,
        variables: Mapping[str, str] | None = None,
    ):
        shares = dict.fromkeys(THREAD_VARIABLES, str(threads)) if threads else {}
        self._variables = {**shares, **(variables or {})}
        self._directory = directory
        self._process_group = process_group
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._is_over = False

    def __call__(self, name: str, arguments: Sequence[str], log: Path) -> int:
        """Runs one command.

        Args:
            name: of a module of `keras_infogan.cli`.
            arguments: its flags.
            log: the child's stdout and stderr are appended to it.

        Returns:
            The exit status; below 0, the signal that ended the child.

        Raises:
            KeyboardInterrupt: after the child has ended.
            OSError: the child cannot be started, or its log not be written.
        """
        return self.run([sys.executable, "-m", f"keras_infogan.cli.{name}", *arguments], log)

    def run(self, command: Sequence[str], log: Path) -> int:
        """Runs a child process to its end; see `__call__`."""
        with log.open("a", encoding="utf-8") as output:
            with self._lock:
                if self._is_over:
                    return -signal.SIGTERM
                process = self._process = subprocess.Popen(
                    command,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    process_group=self._process_group,
                    cwd=self._directory,
                    env={**os.environ, **self._variables},
                )
            try:
                return process.wait()
            except KeyboardInterrupt:
                process.send_signal(signal.SIGINT)
                process.wait()
                raise
            finally:
                process.kill()  # after a second Ctrl-C; nothing to a child that has ended

    def end(self) -> None:
        """Lets the present child save and end, from another thread; no other is started.

        By SIGTERM: Ray blocks SIGINT in its workers, and a child inherits that.
        """
        with self._lock:
            # Once: a second signal would end the child before it has saved.
            if not self._is_over and self._process is not None:
                self._process.terminate()
            self._is_over = True


class Task(NamedTuple):
    """What makes a run: commands one after the other.

    Attributes:
        commands: NAME of `infogan-NAME` and its flags: to train, and to evaluate.
        log: where their output goes.
        model: that the first command leaves; where it exists, the run is trained.
    """

    commands: tuple[tuple[str, tuple[str, ...]], ...]
    log: Path
    model: Path

    def perform(self, execute: Execute) -> str:
        """Runs what is left of it; returns what went wrong, or nothing."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        for command, flags in self.commands[1:] if self.model.is_file() else self.commands:
            begin = self.log.stat().st_size if self.log.exists() else 0
            exit_status = execute(command, flags, self.log)
            if exit_status:
                return failure(command, exit_status, self.log, begin)
        return ""


def failure(command: str, exit_status: int, log: Path, begin: int) -> str:
    """The last line that a child wrote, and what ended it where the line does not say so.

    Args:
        command: NAME of `infogan-NAME`.
        exit_status: as an `Execute` returned it, not 0.
        log: that it wrote to.
        begin: the log's size in bytes before it did.
    """
    output = log.read_bytes()[begin:].decode("utf-8", "replace") if log.exists() else ""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    last = (lines[-1] if lines else "no output")[:LONGEST_MESSAGE]
    if exit_status < 0:
        return f"infogan-{command} was ended by {_signal_name(-exit_status)}, after: {last}"
    return last


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
