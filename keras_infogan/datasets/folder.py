"""The images of a folder as a dataset."""

import dataclasses
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from keras_infogan.datasets.folder_files import FolderFiles, read_folder, shown
from keras_infogan.datasets.folder_splits import choose_files
from keras_infogan.datasets.labeled import LabeledImages, PictureNotes, count_pictures, list_names
from keras_infogan.datasets.picture import (
    Picture,
    PictureReader,
    UnreadablePictureError,
    checked_path,
)
from keras_infogan.datasets.splits import TEST_SHARE, check_test_share

_CHUNK = 256  # pictures that are decoded ahead
SKIPPING = ", or `skip_damaged` be True to leave others out"
# Threads help where decoding, which releases Python's lock, takes longer than the rest.
_THREADED_BYTES = 30_000


@dataclasses.dataclass(frozen=True)
class FolderOptions:
    """How a folder is read.

    Args:
        test_share: the share of the images that is the split "test", see `choose_files`.
        skip_damaged: whether images that cannot be read are left out; otherwise they are an error.

    Raises:
        ValueError: a share that is not between 0 and 1.
    """

    test_share: float = TEST_SHARE
    skip_damaged: bool = False

    def __post_init__(self) -> None:
        check_test_share(self.test_share)


def load_folder(
    path: str | os.PathLike[str],
    split: str,
    reader: PictureReader,
    options: FolderOptions | None = None,
) -> LabeledImages:
    """Loads one split of a folder of images; `read_folder` says which files count.

    Args:
        path: the folder; its subfolders are searched too.
        split: a split in TFDS's notation, such as "train", "test[:100]" or "train+test"; see
            `choose_files`.
        reader: gives the images one size.
        options: how the folder is read.

    Returns:
        The images and, if they are in two or more subfolders, the label "class": the index of the
        subfolder, in the order of names.

    Raises:
        OSError: no such folder, no images in it, or images that cannot be read.
        ValueError: an unknown or empty split, images of several sizes, or some images inside and
            some outside subfolders.

    Examples:
        >>> Path("faces").mkdir()
        >>> for number, image in enumerate(images[:4]):
        ...     written = Path(f"faces/{number}.png").write_bytes(tf.io.encode_png(image).numpy())
        >>> reader = PictureReader(image_size=(32, 32), channels=3)
        >>> load_folder("faces", "train+test", reader).images.shape
        (4, 32, 32, 3)
    """
    options = options or FolderOptions()
    files = read_folder(path)
    chosen = choose_files(files, split, options.test_share)
    images, read, notes = _read(files, chosen, reader, options.skip_damaged)
    names = files.class_names
    if not names:
        return LabeledImages(images, {}, {}, notes)
    values = np.searchsorted(names, [files.classes[row] for row in read]).astype(np.int64)
    class_names = {"class": tuple(shown(name) for name in names)}
    return LabeledImages(images, {"class": values}, class_names, notes)


def decode_files(
    paths: Sequence[str | os.PathLike[str]], reader: PictureReader
) -> Iterator[np.ndarray]:
    """Decodes files one by one, so that an error can name its file.

    Yields:
        uint8 [H, W, C] of each.

    Raises:
        TypeError: the paths are one path, or not paths.
        OSError: a file is missing, or cannot be read.
    """
    for path, picture in zip(paths, read_pictures(paths, reader), strict=True):
        if isinstance(picture, UnreadablePictureError):
            raise unreadable([describe_damage(path, picture)]) from picture
        yield picture.pixels


def read_pictures(
    paths: Sequence[str | os.PathLike[str]], reader: PictureReader
) -> Iterator[Picture | UnreadablePictureError]:
    """Reads files in their order; of a file that cannot be read, the error.

    Raises:
        TypeError: the paths are one path, or not paths.
    """
    if isinstance(paths, (str, bytes, bytearray, os.PathLike)):
        raise TypeError(f"`paths` should be a list of paths. Received: {type(paths).__name__}")
    files = [checked_path(path) for path in paths]

    def read(path: Path) -> Picture | UnreadablePictureError:
        try:
            return reader(path)
        except UnreadablePictureError as error:
            return error

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for start in range(0, len(files), _CHUNK):
            chunk = files[start : start + _CHUNK]
            yield from (pool.map if _are_large(chunk) else map)(read, chunk)


def describe_damage(path: str | os.PathLike[str], error: UnreadablePictureError) -> str:
    """A file that cannot be read and the reason, for people."""
    return f"{shown(Path(path))} ({error})"


def unreadable(damaged: Sequence[str], remedy: str = "") -> OSError:
    """The error for files that cannot be read, each with its reason.

    Args:
        damaged: of `describe_damage`.
        remedy: what else the caller may do.
    """
    count = f"{count_pictures(len(damaged))} that cannot be read: " if len(damaged) > 1 else ""
    return OSError(
        f"Images should be PNG, JPEG, GIF, BMP, WebP or TIFF files that can be read{remedy}. "
        f"Received: {count}{list_names(tuple(damaged))}"
    )


def _are_large(paths: Sequence[Path]) -> bool:
    sizes = [path.stat().st_size for path in paths[:: max(1, len(paths) // 8)] if path.is_file()]
    return sum(sizes) > _THREADED_BYTES * len(sizes)


def _read(
    files: FolderFiles, chosen: np.ndarray, reader: PictureReader, skip_damaged: bool
) -> tuple[np.ndarray, list[int], PictureNotes]:
    """Decodes files into one array; also the rows of `files` in it, and what happened."""
    paths = [files.folder / files.names[row] for row in chosen]
    images = np.empty((0,), np.uint8)
    read: list[int] = []
    damaged: list[str] = []
    transparent = deep = 0
    for path, row, picture in zip(paths, chosen, read_pictures(paths, reader), strict=True):
        if isinstance(picture, UnreadablePictureError):
            damaged.append(describe_damage(path, picture))
            continue
        if not read:
            images = np.empty((len(paths), *picture.pixels.shape), np.uint8)
            first = path
        if picture.pixels.shape != images.shape[1:]:
            raise ValueError(
                f"Images should have one size, or image_size and channels be given. Received: "
                f"{images.shape[1:]} in {shown(first)} and {picture.pixels.shape} in {shown(path)}"
            )
        images[len(read)] = picture.pixels
        read.append(int(row))
        transparent += picture.is_transparent
        deep += picture.is_deep
    if damaged and not (skip_damaged and read):
        raise unreadable(damaged, SKIPPING)
    notes = PictureNotes(transparent, deep, tuple(damaged), dict(files.ignored))
    return images[: len(read)], read, notes
