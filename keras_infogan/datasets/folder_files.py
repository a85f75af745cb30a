"""Which files of a folder are pictures, and which classes and splits its subfolders name."""

import dataclasses
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath

from keras_infogan.datasets.picture import SUFFIXES
from keras_infogan.runtime.files import user_path

# Folders that other programs leave next to pictures, with copies or parts of them.
IGNORED_FOLDERS = frozenset(["__macosx", "@eadir", "$recycle.bin"])
TRAIN, TEST = "train", "test"
# Subfolders with these names are splits, if `train` is among them.
SPLIT_FOLDERS = frozenset([TRAIN, TEST, "val", "valid", "validation"])


@dataclasses.dataclass(frozen=True)
class FolderFiles:
    """The pictures of a folder.

    Args:
        folder: the folder.
        names: their relative paths, in the order of names.
        classes: the class of each, in the same order; "" where there are no classes.
        splits: the split of each, in the same order; "" where the folder names no splits.
        ignored: suffixes of the other files -> how many there are.
    """

    folder: Path
    names: tuple[PurePath, ...]
    classes: tuple[str, ...]
    splits: tuple[str, ...]
    ignored: Mapping[str, int]

    @property
    def class_names(self) -> tuple[str, ...]:
        """The classes in the order of names; none if there are fewer than two."""
        names = sorted(set(self.classes))
        return tuple(names) if len(names) > 1 else ()


def read_folder(path: str | os.PathLike[str]) -> FolderFiles:
    """Lists the pictures of a folder and its subfolders.

    Symbolic links are followed, and a folder that contains itself through one is left out. Names
    that begin with a dot, and the folders `__MACOSX`, `@eaDir` and `$RECYCLE.BIN`, are ignored.
    Subfolders `train` and `test` (or `val`, `valid`, `validation`) are splits if all pictures are
    in them. The subfolders of the folder, or of its splits, are classes if there are two or more.

    Raises:
        OSError: no such folder, a folder that cannot be read, or no pictures.
        ValueError: some pictures inside and some outside of subfolders.

    Examples:
        >>> (Path("seeds") / "oak").mkdir(parents=True)
        >>> (Path("seeds") / "oak" / "1.png").touch()
        >>> read_folder("seeds").names
        (PurePosixPath('oak/1.png'),)
    """
    folder = user_path(path)
    names, ignored = _list(folder)
    splits = _splits(names)
    classes = tuple(
        _first_folder(name.parts[1:] if split else name.parts)
        for name, split in zip(names, splits, strict=True)
    )
    if "" in classes and len(set(classes)) > 1:
        raise ValueError(
            "Images should be all in subfolders, which name their classes, or all outside "
            f"subfolders. Received: {shown(folder)}, with {shown(names[classes.index('')])} "
            "outside subfolders"
        )
    return FolderFiles(folder, tuple(names), classes, splits, ignored)


def find_files(folder: Path) -> list[PurePath]:
    """The pictures in a folder and its subfolders as relative paths, in the order of names.

    Which files count is told at `read_folder`.

    Raises:
        OSError: no such folder, a folder that cannot be read, or no pictures.
    """
    return _list(user_path(folder))[0]


def shown(path: PurePath | str) -> str:
    r"""A path for people: a byte of a name that is not UTF-8 becomes \xNN.

    Examples:
        >>> print(shown("gr\udcfcn.png"))
        gr\xfcn.png
    """
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _list(folder: Path) -> tuple[list[PurePath], dict[str, int]]:
    """The pictures of a folder; and of other files, how many there are of each suffix."""
    if not folder.is_dir():
        raise OSError(
            f"path should be a folder of images. Received: {shown(folder)}, which is none"
        )
    names: list[PurePath] = []
    ignored: Counter[str] = Counter()
    for path in sorted(_walk(folder)):
        name = PurePath(os.path.relpath(path, folder))
        if name.suffix.lower() in SUFFIXES:
            names.append(name)
        else:
            ignored[_kind(path)] += 1
    if not names:
        raise OSError(
            f"path should be a folder of images ({', '.join(SUFFIXES)}). "
            f"Received: {shown(folder)}, which holds none"
        )
    return sorted(names), dict(ignored)


def _kind(path: str) -> str:
    if os.path.islink(path) and not os.path.exists(path):
        return "(broken link)"
    return shown(os.path.splitext(path)[1].lower()) or "(no suffix)"


def _walk(folder: Path) -> Iterator[str]:
    """The paths of files that are not hidden."""
    above = {os.fspath(folder): frozenset([_identity(folder)])}
    for root, folders, names in os.walk(folder, followlinks=True, onerror=_fail):
        chain = above.pop(root)
        inside = {name: _identity(os.path.join(root, name)) for name in folders}
        folders[:] = [
            name
            for name, identity in inside.items()
            if not _is_ignored(name) and identity not in chain
        ]
        for name in folders:
            above[os.path.join(root, name)] = chain | {inside[name]}
        paths = (os.path.join(root, name) for name in names if not _is_ignored(name))
        # A broken link counts too: a picture that is missing should not go unnoticed.
        yield from (path for path in paths if os.path.isfile(path) or not os.path.exists(path))


def _identity(path: str | Path) -> tuple[int, int]:
    status = os.stat(path)
    return status.st_dev, status.st_ino


def _is_ignored(name: str) -> bool:
    return name.startswith(".") or name.lower() in IGNORED_FOLDERS


def _fail(error: OSError) -> None:
    raise error


def _splits(names: list[PurePath]) -> tuple[str, ...]:
    """The split of each picture, by its first folder; "" if folders name no splits."""
    folders = [_first_folder(name.parts).lower() for name in names]
    found = set(folders)
    if found <= SPLIT_FOLDERS and TRAIN in found and len(found) > 1:
        return tuple(folders)
    return ("",) * len(names)


def _first_folder(parts: tuple[str, ...]) -> str:
    return parts[0] if len(parts) > 1 else ""
