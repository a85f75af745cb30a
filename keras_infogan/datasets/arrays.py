"""Arrays of images in .npz files as a dataset."""

import os
from collections.abc import Collection, Iterable, Mapping

import numpy as np

from keras_infogan.datasets.array_files import ArrayFile, find_array_files, read_array_file
from keras_infogan.datasets.decoding import Decoder, ImageFormat
from keras_infogan.datasets.folder_files import shown
from keras_infogan.datasets.labeled import LabeledImages, PictureNotes
from keras_infogan.datasets.splits import (
    TEST_SHARE,
    check_test_share,
    choose_parts,
    choose_rows,
    describe_share,
    rows_of_splits,
)

MOST_TEXTS = 1000  # different values of a text that is a label
_BATCH = 1024  # images that are converted at a time


def load_arrays(
    path: str | os.PathLike[str],
    split: str,
    image_size: tuple[int, int] | None = None,
    channels: int | None = None,
    test_share: float = TEST_SHARE,
) -> LabeledImages:
    """Loads one split of .npz files of images.

    A file holds the array `images`. Every other array with one integer, bool or text per image is a
    label of its name; a text with more than 1,000 different values is none. `factors` [N, F] and
    their names, `factor_names` [F], are F labels. A label is in all files, or is ignored. Its
    values become 0, 1, ... in the order of the values in all files.

    Each image has a number u in [0, 1), a hash of its stored pixels. In a single file the split
    "test" is u < test_share, or the image of the smallest u where that is none, and "train" is the
    rest. So equal images are in one split, and an image stays in its split when others are added or
    removed. In a folder with `train.npz` and `test.npz` the files are the splits. Either way a
    split is in the order of u, so a slice such as "train[:20%]" is a random part.

    Args:
        path: an .npz file, or a folder of them, see `find_array_files`. `images` is uint8, or bool
            where True is white; [N, H, W], or [N, H, W, C] with 1 or 3 channels.
        split: a split in TFDS's notation, such as "train", "test[:100]" or "train+test".
        image_size: (height, width) in pixels that images are cropped and resized to, see
            `Decoder`; None or () keeps the stored size.
        channels: 1 for gray, 3 for red, green and blue; None or 0 keeps what is stored.
        test_share: of a single file: the share of the split "test", above 0 and below 1.

    Returns:
        The images, their labels, and as `class_names` the values of each label as text.

    Raises:
        OSError: no such file or folder, or a file that is damaged.
        ValueError: no `images`, images of another dtype or shape, factors without names, files with
            images of several shapes, an unknown or empty split, or a bad image_size, channels or
            test_share.

    Examples:
        >>> np.savez("digits.npz", images=images, digit=labels)
        >>> data = load_arrays("digits.npz", "train+test", image_size=(32, 32))
        >>> data.images.shape, data.class_names["digit"][:3]
        ((64, 32, 32, 1), ('0', '1', '2'))
    """
    check_test_share(test_share)
    decoder = Decoder(image_size, channels)
    files = _read_files(path)
    shape = _common_shape(files, decoder)
    labels, class_names = _encode_labels(files)
    parts = _choose(files, split, shown(os.fspath(path)), test_share)
    images = [_convert(files[name].images, rows, decoder, shape) for name, rows in parts]
    chosen = {
        label: np.concatenate([codes[name][rows] for name, rows in parts])
        for label, codes in labels.items()
    }
    notes = PictureNotes(arrays=_ignored(files.values(), labels))
    return LabeledImages(
        images[0] if len(images) == 1 else np.concatenate(images), chosen, class_names, notes
    )


def find_array_format(path: str | os.PathLike[str]) -> ImageFormat:
    """The stored size and channels of .npz files of images, without reading the images.

    Args:
        path: an .npz file, or a folder of them, see `find_array_files`.

    Raises:
        OSError, ValueError: as for `load_arrays`.

    Examples:
        >>> np.savez("digits.npz", images=images)
        >>> find_array_format("digits.npz")
        ImageFormat(image_size=(28, 28), channels=1, found='64 images, 28x28, gray')
    """
    files = _read_files(path)
    height, width, channels = _common_shape(files, Decoder())
    count = sum(file.count for file in files.values())
    color = "gray" if channels == 1 else "in color"
    return ImageFormat((height, width), channels, f"{count} images, {height}x{width}, {color}")


def _read_files(path: str | os.PathLike[str]) -> dict[str, ArrayFile]:
    """The files by their splits; "" is the only file."""
    return {split: read_array_file(file) for split, file in find_array_files(path).items()}


def _common_shape(files: Mapping[str, ArrayFile], decoder: Decoder) -> tuple[int, int, int]:
    """The shape (H, W, C) of the decoded images of all files."""
    first, *others = files.values()
    shape = _decoded_shape(first, decoder)
    for other in others:
        if _decoded_shape(other, decoder) != shape:
            raise ValueError(
                "Images should have one size, or image_size and channels be given. Received: "
                f"{first.image_shape} in {shown(first.path)} and {other.image_shape} in "
                f"{shown(other.path)}"
            )
    return shape


def _decoded_shape(file: ArrayFile, decoder: Decoder) -> tuple[int, int, int]:
    height, width = decoder.image_size or file.image_shape[:2]
    return height, width, decoder.channels or file.image_shape[2]


def _choose(
    files: Mapping[str, ArrayFile], split: str, place: str, test_share: float
) -> list[tuple[str, np.ndarray]]:
    """The rows of a split, for each file that has some."""
    if "" in files:
        rows = rows_of_splits(files[""].numbers, test_share)
        return [("", choose_rows(rows, split, place, describe_share(test_share)))]
    sizes = {name: files[name].count for name in sorted(files)}
    parts = choose_parts(split, sizes, place)
    return [(name, np.argsort(files[name].numbers, kind="stable")[part]) for name, part in parts]


def _convert(
    images: np.ndarray, rows: np.ndarray, decoder: Decoder, shape: tuple[int, int, int]
) -> np.ndarray:
    """Chosen images in the size and the channels of the decoder."""
    converted = np.empty((len(rows), *shape), np.uint8)
    for start in range(0, len(rows), _BATCH):
        batch = slice(start, start + _BATCH)
        converted[batch] = decoder.convert(images[rows[batch]])
    return converted


def _encode_labels(
    files: Mapping[str, ArrayFile],
) -> tuple[dict[str, dict[str, np.ndarray]], dict[str, tuple[str, ...]]]:
    """The labels that all files have, as int64 [N] for each file; and their values as text."""
    codes: dict[str, dict[str, np.ndarray]] = {}
    class_names: dict[str, tuple[str, ...]] = {}
    shared = [file.labels for file in files.values()]
    for label in shared[0]:
        if not all(label in labels for labels in shared):
            continue
        _check_kind(label, files.values())
        found = {
            name: np.unique(file.labels[label], return_inverse=True) for name, file in files.items()
        }
        # As Python's values: NumPy has no common integers for int64 and uint64.
        known = sorted({value for values, _ in found.values() for value in values.tolist()})
        if isinstance(known[0], str) and len(known) > MOST_TEXTS:
            continue
        place = {value: code for code, value in enumerate(known)}
        codes[label] = {
            name: np.array([place[value] for value in values.tolist()], np.int64)[rows]
            for name, (values, rows) in found.items()
        }
        class_names[label] = tuple(_as_text(value) for value in known)
    return codes, class_names


def _check_kind(label: str, files: Collection[ArrayFile]) -> None:
    if len({file.labels[label].dtype.kind == "U" for file in files}) > 1:
        received = (f"{file.labels[label].dtype} in {shown(file.path)}" for file in files)
        raise ValueError(
            f"The label {label!r} should be numbers in all files, or text in all. "
            f"Received: {', '.join(received)}"
        )


def _as_text(value: object) -> str:
    # Text of NumPy may hold parts of characters, which no file or screen takes.
    return str(value).encode("utf-8", "backslashreplace").decode("utf-8")


def _ignored(files: Iterable[ArrayFile], labels: Mapping[str, object]) -> tuple[str, ...]:
    """The arrays that are no labels, of any file."""
    names = (name for file in files for name in (*file.ignored, *file.labels))
    return tuple(sorted({name for name in names if name not in labels}))
