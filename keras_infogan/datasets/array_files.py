"""Which arrays of .npz files are images, and which are labels."""

import dataclasses
import functools
import os
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from keras_infogan.datasets.decoding import CHANNELS
from keras_infogan.datasets.folder_files import SPLIT_FOLDERS, TRAIN, shown
from keras_infogan.datasets.labeled import list_names
from keras_infogan.datasets.splits import hash_number
from keras_infogan.runtime.images import checked_images

IMAGES, FACTORS, FACTOR_NAMES = "images", "factors", "factor_names"
SUFFIX = ".npz"
_MEMBER_SUFFIX = ".npy"
_NUMBERS, _TEXTS = "biu", "US"  # NumPy's kinds of dtypes
# What zipfile and NumPy raise for damaged files, and for sizes that do not fit into memory.
_DAMAGE = (
    *(OSError, ValueError, EOFError, RuntimeError, OverflowError, MemoryError),
    *(zipfile.BadZipFile, zlib.error, struct.error, SyntaxError, tokenize.TokenError),
)


class _Header(NamedTuple):
    shape: tuple[int, ...]
    dtype: np.dtype


@dataclasses.dataclass(frozen=True, eq=False)
class ArrayFile:
    """An .npz file of images. The images are read when they are first used.

    Args:
        path: the file.
        image_shape: (H, W, C) of the images.
        count: the number of images, N.
        labels: name of a label -> its values as they are stored: integers, bool or text [N].
        ignored: names of the other arrays.
    """

    path: Path
    image_shape: tuple[int, int, int]
    count: int
    labels: Mapping[str, np.ndarray]
    ignored: tuple[str, ...]

    @functools.cached_property
    def images(self) -> np.ndarray:
        """The images, uint8 [N, H, W, C] in [0, 255].

        Raises:
            OSError: the file is damaged.
            ValueError: integers that are only 0 and 1, see `runtime.images.checked_images`.
        """
        with _opened(self.path) as archive:
            stored = _read(archive, IMAGES)
        try:
            checked = checked_images(stored.reshape(self.count, *self.image_shape))
        except ValueError as error:
            raise ValueError(f"{shown(self.path)}: {error}") from error
        return np.ascontiguousarray(checked)

    @functools.cached_property
    def numbers(self) -> np.ndarray:
        """A number in [0, 1) per image, float64 [N], a hash of its pixels."""
        return np.array([hash_number(image.tobytes()) for image in self.images])


def find_array_files(path: str | os.PathLike[str]) -> dict[str, Path]:
    """The .npz files that a path names, by their splits.

    Args:
        path: an .npz file, or a folder. A folder holds one .npz file; or several that are named for
            splits: `train.npz`, and `test.npz` (or `val.npz`, `valid.npz`, `validation.npz`).

    Returns:
        Name of a split -> file; "" -> file where a single file holds all images.

    Raises:
        OSError: no such file or folder, or a folder with other .npz files.

    Examples:
        >>> Path("digits").mkdir()
        >>> for name in ("train", "test"):
        ...     np.savez(f"digits/{name}.npz", images=images)
        >>> sorted(find_array_files("digits"))
        ['test', 'train']
    """
    place = Path(path).expanduser()
    if place.is_file():
        return {"": place}
    names = sorted(os.listdir(place)) if place.is_dir() else []
    names = [name for name in names if name.lower().endswith(SUFFIX) and not name.startswith(".")]
    splits = {Path(name).stem.lower(): place / name for name in names}
    if len(names) == 1:
        return {"": place / names[0]}
    if len(splits) == len(names) and TRAIN in splits and splits.keys() <= SPLIT_FOLDERS:
        return splits
    listed = list_names(tuple(map(shown, names))) or f"no {SUFFIX} file"
    found = f"which holds {listed}" if place.is_dir() else "which is not there"
    raise OSError(
        "path should be an .npz file, or a folder with train.npz and test.npz or with one .npz "
        f"file. Received: {shown(place)}, {found}"
    )


def read_array_file(path: Path) -> ArrayFile:
    """Reads the labels of an .npz file, and the shape of its images.

    Raises:
        OSError: the file cannot be read, or is damaged.
        ValueError: no images, images of another dtype or shape, or factors without their names.

    Examples:
        >>> np.savez("digits.npz", images=images, digit=labels)
        >>> read_array_file(Path("digits.npz")).image_shape
        (28, 28, 1)
    """
    with _opened(path) as archive:
        headers, others = _read_headers(archive)
    count, height, width, channels = _checked_shape(path, headers)
    names = _label_names(headers, count)
    factored = _has_factors(path, headers, count)
    used = [*names, FACTORS, FACTOR_NAMES] if factored else names
    with _opened(path) as archive:
        arrays = {name: _read(archive, name) for name in used}
    labels = {name: _values(arrays[name]) for name in names}
    if factored:
        columns = _values(arrays[FACTOR_NAMES]).tolist()
        _check_names(path, [*names, *columns])
        labels |= dict(zip(columns, arrays[FACTORS].T, strict=True))
    ignored = tuple(name for name in headers if name not in (IMAGES, *used)) + others
    return ArrayFile(path, (height, width, channels), count, labels, ignored)


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """An open .npz file; an error names the file."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except _DAMAGE as error:
        reason = getattr(error, "strerror", None) or str(error).partition("\n")[0]
        raise OSError(
            "path should name .npz files that can be read. "
            f"Received: {shown(path)} ({reason or type(error).__name__})"
        ) from error


def _read_headers(archive: zipfile.ZipFile) -> tuple[dict[str, _Header], tuple[str, ...]]:
    """The arrays of a file, and the names of what else is in it."""
    members = archive.namelist()
    others = tuple(name for name in members if not name.endswith(_MEMBER_SUFFIX))
    headers = {}
    for member in members:
        if member not in others:
            with archive.open(member) as file:
                headers[member.removesuffix(_MEMBER_SUFFIX)] = _read_header(file)
    return headers, others


def _read_header(file: Any) -> _Header:
    version = np.lib.format.read_magic(file)
    if version == (1, 0):
        shape, _, dtype = np.lib.format.read_array_header_1_0(file)
    elif version == (2, 0):
        shape, _, dtype = np.lib.format.read_array_header_2_0(file)
    else:  # arrays of records, which are never used
        return _Header((), np.dtype(np.void))
    return _Header(shape, dtype)


def _read(archive: zipfile.ZipFile, name: str) -> np.ndarray:
    with archive.open(name + _MEMBER_SUFFIX) as file:
        array: np.ndarray = np.lib.format.read_array(file, allow_pickle=False)
    return array


def _checked_shape(path: Path, headers: Mapping[str, _Header]) -> tuple[int, int, int, int]:
    """The shape [N, H, W, C] of the images."""
    if IMAGES not in headers:
        raise ValueError(
            f"path should name .npz files with an array `{IMAGES}`. Received: {shown(path)}, "
            f"with {list_names(tuple(headers)) or 'no arrays'}"
        )
    shape, dtype = headers[IMAGES]
    full = (*shape, 1) if len(shape) == 3 else shape
    fits = len(full) == 4 and full[3] in CHANNELS and 0 not in full
    if not fits or dtype not in (np.dtype(np.uint8), np.dtype(np.bool_)):
        raise ValueError(
            f"`{IMAGES}` should be uint8 or bool, [N, H, W] or [N, H, W, C] with 1 or 3 channels. "
            f"Received: {dtype} of shape {list(shape)} in {shown(path)}"
        )
    count, height, width, channels = full
    return count, height, width, channels


def _label_names(headers: Mapping[str, _Header], count: int) -> list[str]:
    """The arrays with one number or text per image."""
    return [
        name
        for name, (shape, dtype) in headers.items()
        if shape == (count,) and dtype.kind in _NUMBERS + _TEXTS and name != FACTOR_NAMES
    ]


def _has_factors(path: Path, headers: Mapping[str, _Header], count: int) -> bool:
    """Whether there is an array of factors; it is checked."""
    factors = headers.get(FACTORS)
    if factors is None or factors.shape == (count,):
        return False
    names = headers.get(FACTOR_NAMES)
    fits = (
        factors.dtype.kind in _NUMBERS
        and names is not None
        and names.dtype.kind in _TEXTS
        and factors.shape == (count, *names.shape)
        and len(names.shape) == 1
    )
    if not fits:
        found = "none" if names is None else f"{names.dtype} {list(names.shape)}"
        raise ValueError(
            f"`{FACTORS}` should be integers [{count}, F], and `{FACTOR_NAMES}` F texts. Received: "
            f"{factors.dtype} {list(factors.shape)} and {found} in {shown(path)}"
        )
    return True


def _check_names(path: Path, names: list[str]) -> None:
    if len(set(names)) != len(names):
        raise ValueError(
            "Labels and factors should have different names. "
            f"Received: {sorted(names)} in {shown(path)}"
        )


def _values(array: np.ndarray) -> np.ndarray:
    """Numbers as they are; text as `str`."""
    return np.char.decode(array, "utf-8", "backslashreplace") if array.dtype.kind == "S" else array
