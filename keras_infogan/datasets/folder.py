"""The images of a folder as a dataset, with a fixed random share as its test split."""

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath

import numpy as np
import tensorflow as tf
import tensorflow_datasets as tfds

from keras_infogan.datasets.decoding import Decoder
from keras_infogan.datasets.labeled import LabeledImages

SUFFIXES = (".png", ".jpg", ".jpeg")
TEST_SHARE = 0.1

_SEED = 20160612


def load_folder(path: str, split: str, decoder: Decoder) -> LabeledImages:
    """Loads one split of a folder of PNG and JPEG images.

    A tenth of the images, at least one, is the split "test", the rest is "train". Which ones
    depends on the names of the files alone. Both splits are in random order, so that a slice is a
    random part. Names that begin with a dot are ignored.

    Args:
        path: the folder; its subfolders are searched too.
        split: a split in TFDS's notation, such as "train", "test[:100]" or "train+test".
        decoder: gives the images one size.

    Returns:
        The images and, if they are in two or more subfolders, the label "class": the index of the
        subfolder, in the order of names.

    Raises:
        OSError: no such folder, no images in it, or an image that cannot be read.
        ValueError: an unknown or empty split, images of several sizes, or some images inside and
            some outside subfolders.

    Examples:
        >>> Path("faces").mkdir()
        >>> for number, image in enumerate(images[:4]):
        ...     written = Path(f"faces/{number}.png").write_bytes(tf.io.encode_png(image).numpy())
        >>> load_folder("faces", "train", Decoder(image_size=(32, 32), channels=3)).images.shape
        (3, 32, 32, 3)
    """
    folder = Path(path).expanduser()
    files = find_files(folder)
    classes = _classes(folder, files)
    chosen = _choose(len(files), split)
    images = _read([folder / files[i] for i in chosen], decoder)
    return LabeledImages(images, {name: values[chosen] for name, values in classes.items()})


def find_files(folder: Path) -> list[PurePath]:
    """The images in a folder and its subfolders, as relative paths in the order of their names.

    Raises:
        OSError: no such folder, or no images in it.
    """
    if not folder.is_dir():
        raise OSError(f"path should be a folder of images. Received: {folder}, which is none")
    images = (path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    names = (PurePath(path.relative_to(folder)) for path in images if path.is_file())
    files = sorted(name for name in names if not any(part[0] == "." for part in name.parts))
    if not files:
        raise OSError(
            f"path should be a folder of images ({', '.join(SUFFIXES)}). "
            f"Received: {folder}, which holds none"
        )
    return files


def _classes(folder: Path, files: Sequence[PurePath]) -> dict[str, np.ndarray]:
    """The label "class" of all files, if they are in several subfolders."""
    names = [file.parts[0] if len(file.parts) > 1 else "" for file in files]
    values, indices = np.unique(names, return_inverse=True)
    if len(values) == 1:
        return {}
    if "" in values:
        raise ValueError(
            "Images should be all in subfolders, which name their classes, or all outside "
            f"subfolders. Received: {folder}, with {files[names.index('')]} outside subfolders"
        )
    return {"class": indices.astype(np.int64)}


def _choose(count: int, split: str) -> np.ndarray:
    """The indices of the files of a split."""
    shuffled = np.random.default_rng(_SEED).permutation(count)
    test, train = np.split(shuffled, [max(1, round(TEST_SHARE * count))])
    splits = {"test": test, "train": train}
    sizes = {
        name: tfds.core.SplitInfo(name=name, shard_lengths=[len(rows)], num_bytes=0)
        for name, rows in splits.items()
    }
    try:
        parts = tfds.core.ReadInstruction.from_spec(split).to_absolute(sizes)
    except ValueError as error:
        raise ValueError(
            f"split should name one of {list(splits)}, or a slice of one. Received: {split!r}"
        ) from error
    chosen = np.concatenate([splits[part.splitname][part.from_ : part.to] for part in parts])
    if not chosen.size:
        raise ValueError(f"split should hold images. Received: {split!r}, which is empty")
    return chosen


def unreadable(path: Path) -> OSError:
    """The error for a file that is not an image, or is incomplete."""
    return OSError(f"Images should be PNG or JPEG files that can be read. Received: {path}")


def decode_files(paths: Sequence[Path], decoder: Decoder) -> Iterator[np.ndarray]:
    """Decodes files one by one, so that an error can name its file.

    Yields:
        uint8 [H, W, C] of each.

    Raises:
        OSError: a file is missing, or is not a PNG or JPEG file.
    """
    dataset = tf.data.Dataset.from_tensor_slices([str(path) for path in paths])
    decoded = dataset.map(
        lambda path: decoder(tf.io.read_file(path)), num_parallel_calls=tf.data.AUTOTUNE
    )
    iterator = decoded.prefetch(tf.data.AUTOTUNE).as_numpy_iterator()
    for path in paths:
        try:
            image = next(iterator)
        except tf.errors.OpError as error:
            raise unreadable(path) from error
        yield image


def _read(paths: Sequence[Path], decoder: Decoder) -> np.ndarray:
    """Decodes files into one array."""
    images = np.empty((0,), np.uint8)
    for row, (path, image) in enumerate(zip(paths, decode_files(paths, decoder), strict=True)):
        if not row:
            images = np.empty((len(paths), *image.shape), np.uint8)
        if image.shape != images.shape[1:]:
            raise ValueError(
                f"Images should have one size, or image_size and channels be given. Received: "
                f"{images.shape[1:]} in {paths[0]} and {image.shape} in {path}"
            )
        images[row] = image
    return images
