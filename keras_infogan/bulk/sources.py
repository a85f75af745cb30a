"""Sources of images: a folder, a TFDS dataset or Parquet files, read part by part."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from keras_infogan import datasets
from keras_infogan.bulk import columns
from keras_infogan.bulk.model import PASS_ROWS
from keras_infogan.bulk.shards import Shard
from keras_infogan.datasets import Decoder
from keras_infogan.datasets.picture import BACKGROUND
from keras_infogan.runtime.files import user_path
from keras_infogan.runtime.images import Shape

LISTED_FILES = 10_000  # in a batch of names

Read = Callable[[Shard, pa.Table | None, Shape], Iterator[np.ndarray]]


@dataclass(frozen=True)
class Images:
    """Images in a fixed order.

    Args:
        count: int >= 1.
        facts: values that identify these images, by name.
        read: (shard, its rows of `inputs`, (H, W, C)) -> the images of the shard, uint8
            [B, H, W, C] in batches; it is sent by pickle.
        inputs: one row per image with its name, in the column `file`; None without names.
    """

    count: int
    facts: Mapping[str, Any]
    read: Read
    inputs: Callable[[], Iterable[pa.RecordBatch]] | None = None


def folder_images(path: Path, background: str = BACKGROUND) -> Images:
    """The images in a folder and its subfolders, in the order of their names.

    Which files count is told at `datasets.read_folder`. They become images of the model's size as
    by `datasets.PictureReader`.

    Args:
        path: the folder.
        background: the color behind transparent parts, as for `datasets.PictureReader`.

    Raises:
        OSError: no such folder, or no images in it.
        ValueError: an unknown color, or a file name that is not UTF-8, which a table cannot hold.
    """
    facts = _background_facts(background)
    files = [str(file) for file in datasets.find_files(path)]
    for file in files:
        if not file.isprintable() and any("\udc80" <= letter <= "\udcff" for letter in file):
            raise ValueError(
                "The names of images should be UTF-8, since a table lists them. "
                f"Received: {file.encode(errors='backslashreplace').decode()}"
            )

    def inputs() -> Iterator[pa.RecordBatch]:
        for start in range(0, len(files), LISTED_FILES):
            yield pa.record_batch({"file": files[start : start + LISTED_FILES]})

    names = hashlib.sha256("\0".join(files).encode()).hexdigest()
    read = partial(_read_files, user_path(path).absolute(), background)
    return Images(len(files), {"files": names, **facts}, read, inputs)


def dataset_images(name: str, split: str, data_dir: str | None = None) -> Images:
    """A split of a TFDS dataset, in the order of its files; resized as in `folder_images`.

    Args:
        name, split, data_dir: as for `datasets.load_images`.

    Raises:
        ValueError: an unknown dataset or split, or one without images.
        OSError: a dataset that cannot be found or prepared.
    """
    stored = datasets.open_images(name, split, data_dir)
    if data_dir:
        data_dir = str(user_path(data_dir).absolute())
    plain, _, version = stored.builder.info.full_name.rpartition("/")
    exact = f"{plain}:{version}"
    return Images(
        stored.count,
        {"dataset": exact, "split": split},
        partial(_read_dataset, exact, split, data_dir),
    )


def parquet_images(path: Path, column: str = "image", background: str = BACKGROUND) -> Images:
    """A column of a Parquet file, or of all Parquet files in a folder in the order of their names.

    Fixed-size binary holds H W C bytes of pixels, as `generate` writes them; binary holds
    picture files, and so does a struct's field `bytes`.

    Args:
        path: the file or the folder; names that begin with a dot or an underscore are skipped.
        column: its name.
        background: of picture files, as in `folder_images`.

    Raises:
        OSError: no such file, or a folder without Parquet files.
        ValueError: a file without such a column, no rows, or an unknown color.
    """
    facts = _background_facts(background)
    path = user_path(path).absolute()
    files = [path] if path.is_file() else sorted(path.rglob("[!._]*.parquet"))
    if not files:
        raise OSError(f"--parquet should be a Parquet file or a folder of them. Received: {path}")
    lengths = []
    for file in files:
        metadata = pq.read_metadata(file)
        if column not in metadata.schema.to_arrow_schema().names:
            raise ValueError(
                f"{file} should have a column of images. Received: "
                f"{metadata.schema.to_arrow_schema().names}, without {column!r}"
            )
        lengths.append(metadata.num_rows)
    if not sum(lengths):
        raise ValueError(f"{path} should have rows. Received: Parquet files without")
    sizes = {str(file.relative_to(path)): file.stat().st_size for file in files}
    return Images(
        sum(lengths),
        {"parquet": sizes, "column": column, **facts},
        partial(_read_parquet, list(zip(files, lengths, strict=True)), column, background),
    )


def in_passes(batches: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
    """Batches of any length as batches of PASS_ROWS; the last one may be shorter."""
    pending: list[np.ndarray] = []
    for batch in batches:
        pending.append(batch)
        while sum(map(len, pending)) >= PASS_ROWS:
            rows = np.concatenate(pending)
            yield rows[:PASS_ROWS]
            pending = [rows[PASS_ROWS:]]
    if sum(map(len, pending)):
        yield np.concatenate(pending)


def _read_files(
    folder: Path, background: str, shard: Shard, inputs: pa.Table | None, shape: Shape
) -> Iterator[np.ndarray]:
    del shard
    assert inputs is not None
    files = [folder / file for file in inputs["file"].to_pylist()]
    for image in datasets.decode_files(files, _reader(shape, background)):
        yield image[None]


def _read_dataset(
    name: str,
    split: str,
    data_dir: str | None,
    shard: Shard,
    inputs: pa.Table | None,
    shape: Shape,
) -> Iterator[np.ndarray]:
    del inputs
    decoder = Decoder(image_size=(shape[0], shape[1]), channels=shape[2])
    stored = datasets.open_images(name, split, data_dir, decoder)
    yield from stored.images(shard.start, shard.stop)


def _read_parquet(
    files: list[tuple[Path, int]],
    column: str,
    background: str,
    shard: Shard,
    inputs: pa.Table | None,
    shape: Shape,
) -> Iterator[np.ndarray]:
    del inputs
    first = 0
    for file, rows in files:
        start, stop = max(shard.start - first, 0), min(shard.stop - first, rows)
        if start < stop:
            for values in _column_slice(file, column, start, stop):
                yield _pixels(values, _reader(shape, background), shape, file)
        first += rows


def _column_slice(file: Path, column: str, start: int, stop: int) -> Iterator[pa.Array]:
    """The rows `start` to `stop` - 1 of one column; only their row groups are read."""
    with pq.ParquetFile(file) as opened:
        lengths = [opened.metadata.row_group(k).num_rows for k in range(opened.num_row_groups)]
        firsts = np.concatenate([[0], np.cumsum(lengths)])
        groups = [k for k in range(len(lengths)) if firsts[k] < stop and firsts[k + 1] > start]
        first = int(firsts[groups[0]])
        for batch in opened.iter_batches(PASS_ROWS, row_groups=groups, columns=[column]):
            values = batch.column(0)
            yield values[max(start - first, 0) : max(stop - first, 0)]
            first += len(values)


def _pixels(
    values: pa.Array, reader: datasets.PictureReader, shape: Shape, file: Path
) -> np.ndarray:
    if pa.types.is_struct(values.type):
        values = values.field("bytes")
    size = int(np.prod(shape))
    if values.null_count:
        raise ValueError(f"{file} should have an image in every row. Received: empty cells")
    if pa.types.is_fixed_size_binary(values.type) and values.type.byte_width == size:
        return columns.rows_of(values).reshape(-1, *shape)
    if not pa.types.is_binary(values.type) and not pa.types.is_large_binary(values.type):
        raise ValueError(
            f"{file} should have images as picture files, or as {size} bytes of pixels. "
            f"Received: a column of {values.type}"
        )
    try:
        return np.stack([reader(value.as_py()).pixels for value in values])
    except datasets.UnreadablePictureError as error:
        raise ValueError(
            f"Images should be picture files that can be read. Received: {file}, {error}"
        ) from error


def _reader(shape: Shape, background: str) -> datasets.PictureReader:
    return datasets.PictureReader((shape[0], shape[1]), shape[2], background)


def _background_facts(background: str) -> dict[str, Any]:
    """What identifies the images, if they are not on the usual background."""
    background = datasets.PictureReader(background=background).background  # a color
    return {} if background == BACKGROUND else {"background": background}
