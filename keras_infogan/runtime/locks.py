"""Locks between processes: one per directory, and in turn."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path

# Errors of a file system without locks; a run there continues without a lock.
_UNSUPPORTED = (errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP)


@contextlib.contextmanager
def exclusive(path: Path, option: str = "--workdir") -> Iterator[None]:
    """Holds a lock file for as long as the block runs.

    The operating system releases the lock when the process ends in any way: the file of a killed
    process blocks no other process.

    Args:
        path: the lock file; it says who holds it, in JSON: "pid" and "host".
        option: the flag that names the directory, for the error.

    Raises:
        ValueError: another process holds it.
        OSError: the file cannot be written.

    Examples:
        >>> with exclusive(Path("lock")):
        ...     print("no other process has this lock")
        no other process has this lock
    """
    with _opened(path) as descriptor:
        try:
            _lock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ValueError(
                f"{path.parent} is in use by {_holder(path)}. Wait until it ends, or give another "
                f"{option}."
            ) from error
        holder = {"pid": os.getpid(), "host": socket.gethostname()}
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(holder).encode(), 0)
        yield
        os.ftruncate(descriptor, 0)


@contextlib.contextmanager
def in_turn(path: Path) -> Iterator[None]:
    """Holds a lock file while the block runs, after a wait for whoever holds it now.

    Args:
        path: the lock file.

    Raises:
        OSError: the file cannot be written.

    Examples:
        >>> with in_turn(Path("turn")):
        ...     print("the others wait")
        the others wait
    """
    with _opened(path) as descriptor:
        _lock(descriptor, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[int]:
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise OSError(f"{path} cannot be written: {error.strerror}") from error
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _lock(descriptor: int, operation: int) -> None:
    """Locks a file, where the file system has locks."""
    try:
        fcntl.flock(descriptor, operation)
    except OSError as error:
        if error.errno not in _UNSUPPORTED:
            raise


def _holder(path: Path) -> str:
    try:
        holder = json.loads(path.read_text())
        return f"process {holder['pid']} on {holder['host']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"
