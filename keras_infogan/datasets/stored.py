"""The records of a prepared TFDS dataset: any part of a split, decoded in batches."""

import dataclasses
import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf
import tensorflow_datasets as tfds
from tensorflow_datasets.core import file_adapters
from tensorflow_datasets.core.utils.shard_utils import FileInstruction

from keras_infogan.datasets.decoding import Decoder
from keras_infogan.datasets.features import (
    IMAGE,
    as_text,
    check_image,
    companion_features,
    decode_companion,
    is_text,
    is_video,
    label_names,
    record_spec,
)
from keras_infogan.datasets.labeled import LabeledImages
from keras_infogan.datasets.prepared import damaged, first_line, prepare

# TFDS stores black and white in these datasets as 0 and 1.
_BINARY = ("binarized_mnist", "dsprites")
_DECODE_BATCH = 1024


@dataclasses.dataclass(frozen=True)
class StoredImages:
    """One split of a prepared TFDS dataset on disk; any part of it can be read alone.

    Args:
        builder: the builder of the dataset.
        split_info: the description of the split.
        decoder: gives the images one size.
    """

    builder: tfds.core.DatasetBuilder
    split_info: tfds.core.SplitInfo
    decoder: Decoder

    @property
    def count(self) -> int:
        """How many images there are."""
        return self.split_info.num_examples

    def images(self, start: int, stop: int) -> Iterator[np.ndarray]:
        """The images `start` to `stop` - 1 in the order of the split's files, in batches.

        Yields:
            uint8 [B, H, W, C], or [B, T, H, W, C] of videos.

        Raises:
            OSError: the dataset is damaged.
        """
        files = _slice(self.split_info.file_instructions, start, stop)
        batches = _decoded_batches(self.builder, files, [], {}, self.decoder)
        try:
            for batch in batches.as_numpy_iterator():
                yield batch[IMAGE]
        except tf.errors.OpError as error:
            raise damaged(self.builder, first_line(error)) from error


def open_split(builder: tfds.core.DatasetBuilder, split: str, decoder: Decoder) -> StoredImages:
    """Finds a split of a dataset, and prepares the dataset first if necessary.

    Raises:
        ValueError: an unknown or empty split, or a dataset without uint8 images.
        OSError: the dataset cannot be prepared, or is damaged.
    """
    if builder.name in _BINARY:
        decoder = dataclasses.replace(decoder, white=1)
    if not builder.data_path.exists():
        prepare(builder)
    if not builder.info.splits:
        raise damaged(builder, "no dataset_info.json")
    try:
        split_info = builder.info.splits[split]
    except ValueError as error:
        raise ValueError(
            f"split should name one of {sorted(builder.info.splits)}, or a slice of one. "
            f"Received: {split!r}"
        ) from error
    if not split_info.num_examples:
        raise ValueError(f"split should hold examples. Received: {split!r}, which is empty")
    check_image(builder, decoder)
    return StoredImages(builder, split_info, decoder)


def read_split(stored: StoredImages) -> LabeledImages:
    """Reads a whole split into memory.

    Raises:
        ValueError: images of several sizes.
        OSError: the dataset is damaged.
    """
    builder, count = stored.builder, stored.count
    labels, companions = label_names(builder), companion_features(builder)
    files = stored.split_info.file_instructions
    columns: dict[str, np.ndarray] = {}
    start = 0
    batches = _decoded_batches(builder, files, labels, companions, stored.decoder)
    try:
        for batch in batches.as_numpy_iterator():
            block = batch[IMAGE]
            if not start:
                columns = {
                    name: np.empty((count, *values.shape[1:]), values.dtype)
                    for name, values in batch.items()
                }
            if block.shape[1:] != columns[IMAGE].shape[1:]:
                raise ValueError(
                    f"The images of {builder.name!r} should have one size, or image_size be given. "
                    f"Received: {columns[IMAGE].shape[1:]} and {block.shape[1:]}"
                )
            for name, values in batch.items():
                columns[name][start : start + len(block)] = values
            start += len(block)
    except tf.errors.OpError as error:
        raise damaged(builder, first_line(error)) from error
    if start != count:
        raise damaged(builder, f"{start} of {count} examples")
    return LabeledImages(
        columns[IMAGE],
        {name: columns[name] for name in labels},
        companions={
            name: as_text(columns[name]) if is_text(feature) else columns[name]
            for name, feature in companions.items()
        },
    )


def _decoded_batches(
    builder: tfds.core.DatasetBuilder,
    files: Sequence[FileInstruction],
    labels: Sequence[str],
    companions: Mapping[str, Any],
    decoder: Decoder,
) -> tf.data.Dataset:
    """Reads whole batches of records; TFDS's own reader reads single records, 3 times slower."""
    feature = builder.info.features[IMAGE]
    frames = feature.shape[:1] if is_video(feature) else ()
    stored = feature.shape[len(frames) :]
    shape = decoder.output_shape(stored)
    spec = {
        IMAGE: tf.io.FixedLenFeature(frames, tf.string),
        **{name: tf.io.FixedLenFeature([], tf.int64) for name in labels},
        **{name: record_spec(companion) for name, companion in companions.items()},
    }

    def decode(records: tf.Tensor) -> dict[str, tf.Tensor]:
        examples = tf.io.parse_example(records, spec)
        images = tf.map_fn(
            lambda image: decoder(image, stored[-1]),
            tf.reshape(examples[IMAGE], [-1]),
            fn_output_signature=tf.TensorSpec(shape, tf.uint8),
        )
        if frames:
            images = tf.reshape(images, [-1, *frames, *shape])
        decoded = {
            name: decode_companion(companion, examples[name])
            for name, companion in companions.items()
        }
        return {**examples, IMAGE: images, **decoded}

    # Only images with the same known size can share a batch.
    batch = 1 if None in shape else _DECODE_BATCH
    records = _records(builder, files).batch(batch)
    return records.map(decode, num_parallel_calls=tf.data.AUTOTUNE).prefetch(2)


def _records(
    builder: tfds.core.DatasetBuilder, files: Sequence[FileInstruction]
) -> tf.data.Dataset:
    """Chains the serialized examples of files."""
    adapter = file_adapters.ADAPTER_FOR_FORMAT[builder.info.file_format]
    parts = [adapter.make_tf_data(part.filename).skip(part.skip).take(part.take) for part in files]
    return functools.reduce(tf.data.Dataset.concatenate, parts)


def _slice(files: Sequence[FileInstruction], start: int, stop: int) -> list[FileInstruction]:
    """The parts of files that hold the examples `start` to `stop` - 1 of all."""
    parts, first = [], 0
    for file in files:
        skipped = max(start - first, 0)
        taken = min(stop - first, file.take) - skipped
        if taken > 0:
            parts.append(dataclasses.replace(file, skip=file.skip + skipped, take=taken))
        first += file.take
    return parts
