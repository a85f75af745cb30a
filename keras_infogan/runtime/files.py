"""Files that are written completely or not at all."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any


def user_path(path: str | os.PathLike[str]) -> Path:
    """The path that a user means: `~` at its start is the home directory.

    Call it wherever a path comes from a user, so that none makes a folder named "~".

    Examples:
        >>> user_path("runs/mnist").as_posix()
        'runs/mnist'
    """
    return Path(os.path.expanduser(path))


def start_directory(directory: Path, file: str, what: str, lock: str) -> None:
    """Makes the directory of --out, or checks that it is empty or holds work of the same command.

    Args:
        directory: the directory.
        file: the name of the file that identifies work of the command.
        what: the work, for the error: "a job".
        lock: the name of a file that may be there before.

    Raises:
        ValueError: the directory holds something else.
        OSError: it cannot be written.

    Examples:
        >>> start_directory(Path("codes"), "_manifest.jsonl", "a job", "_lock")
        >>> Path("codes").is_dir()
        True
    """
    if directory.is_dir() and not (directory / file).exists():
        if any(path.name != lock for path in directory.iterdir()):
            raise ValueError(
                f"--out should be empty or hold {what} ({file}). "
                f"Received: {directory}, which holds other files"
            )
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(directory, error) from error


def read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file; empty if there is no file.

    Raises:
        ValueError: the file is damaged.

    Examples:
        >>> read_json(Path("missing.json"))
        {}
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise ValueError(f"{path} is damaged: {error}") from error
    if not isinstance(value, dict):
        raise ValueError(f"{path} is damaged: it should hold an object")
    return value


def write_json(path: Path, value: Any) -> None:
    """Writes JSON so that a reader sees the old file or the new one, never a part."""
    replace_file(path, lambda temporary: temporary.write_text(json.dumps(value, indent=2) + "\n"))


def replace_file(path: Path, write: Any) -> None:
    """Lets `write` fill a temporary file next to `path`, then renames it to `path` atomically.

    Args:
        path: the file to make or replace.
        write: called with a temporary Path that has the suffix of `path`.

    Raises:
        OSError: the directory is missing, full or read-only; `path` is unchanged.
    """
    temporary = path.with_name(f".{path.stem}.{os.getpid()}{path.suffix}")
    try:
        write(temporary)
        os.replace(temporary, path)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        temporary.unlink(missing_ok=True)


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync_directory(directory: Path) -> None:
    """Writes a directory's names to disk, so that a power failure undoes no earlier rename."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def unwritable(path: Path, error: OSError) -> OSError:
    """The error for a path that cannot be written, with the cause in words."""
    return OSError(f"{path} cannot be written: {error.strerror or error}")
