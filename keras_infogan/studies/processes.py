"""The child processes of a study.

Each run is two child processes, `infogan-train` and then `infogan-evaluate`. So a crash, exhausted
memory or a GPU that a model keeps affects one run and never the study, and the page shows exactly
the commands that ran. A child needs some seconds for imports; a run takes minutes.

Ray sends the contents of this module to its workers by value (see `ray_running`), so it imports
nothing of the package: a worker that only waits for its child needs no TensorFlow.
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
        threads: threads per child; set in its environment, since they are no part of the run's
            config. 0 leaves it to the child: one per core.
        directory: working directory of the children; None is that of this process.
        process_group: process group of the children. 0 is their own group, so that Ctrl-C in the
            terminal reaches them only through us, and once; None is that of this process.
        variables: further environment variables of the children.

    Examples:
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
            OSError: the child cannot be started, or its log cannot be written.
        """
        return self.run_process(
            [sys.executable, "-m", f"keras_infogan.cli.{name}", *arguments], log
        )

    def run_process(self, command: Sequence[str], log: Path) -> int:
        """Runs a child process until it ends; arguments and errors as in `__call__`."""
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
                process.kill()  # after a second Ctrl-C; no effect on a child that has ended

    def end(self) -> None:
        """Lets the current child save and end, from another thread; starts no further child.

        It uses SIGTERM, since Ray blocks SIGINT in its workers, and a child inherits that.
        """
        with self._lock:
            # Once: a second signal would end the child before it has saved.
            if not self._is_over and self._process is not None:
                self._process.terminate()
            self._is_over = True


class Task(NamedTuple):
    """The task of a run: commands that run in turn.

    Attributes:
        commands: NAME of `infogan-NAME` and its flags: to train, and to evaluate.
        log: the file of their output.
        model: the file that the first command writes; if it exists, the run is trained.
    """

    commands: tuple[tuple[str, tuple[str, ...]], ...]
    log: Path
    model: Path

    def perform(self, execute: Execute) -> str:
        """Runs the remaining commands; returns the error in words, or an empty text."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        for command, flags in self.commands[1:] if self.model.is_file() else self.commands:
            begin = self.log.stat().st_size if self.log.exists() else 0
            exit_status = execute(command, flags, self.log)
            if exit_status:
                return failure(command, exit_status, self.log, begin)
        return ""


def failure(command: str, exit_status: int, log: Path, begin: int) -> str:
    """The last line that a child wrote, and the reason for its end if the line lacks it.

    Args:
        command: NAME of `infogan-NAME`.
        exit_status: as an `Execute` returned it, not 0.
        log: the file that it wrote to.
        begin: the size of the log in bytes before the child started.
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
