"""Any TFDS image dataset, or a folder of images, as arrays in memory."""

import dataclasses
import difflib
import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import requests
import tensorflow as tf
import tensorflow_datasets as tfds
from tensorflow_datasets.core import file_adapters
from tensorflow_datasets.core.download import DownloadError
from tensorflow_datasets.core.download.download_manager import NonMatchingChecksumError
from tensorflow_datasets.core.utils.shard_utils import FileInstruction

# Importing a builder's module registers it with TFDS.
from keras_infogan.datasets import basicprop, basicprop_plus, sprites  # noqa: F401
from keras_infogan.datasets.decoding import Decoder
from keras_infogan.datasets.folder import load_folder
from keras_infogan.datasets.labeled import LabeledImages

IMAGE_FOLDER = "image_folder"

# Labels of our datasets and of TFDS's dsprites whose classes are points on a line.
ORDERED_LABELS = frozenset(
    [
        *("left_height", "right_height"),
        *("ratio", "scale", "orientation", "x", "y"),
        *("label_scale", "label_orientation", "label_x_position", "label_y_position"),
    ]
)

# TFDS stores black and white in these datasets as 0 and 1.
_BINARY = ("binarized_mnist", "dsprites")
_DECODE_BATCH = 1024
_PROBE_SECONDS = 10


def load_images(
    name: str,
    split: str,
    data_dir: str | None = None,
    *,
    path: str | None = None,
    image_size: tuple[int, int] | None = None,
    channels: int | None = None,
) -> LabeledImages:
    """Loads one split of a TFDS dataset that has an `image` feature, or of a folder of images.

    A dataset that is not prepared yet is prepared first: BasicProp and sprites are drawn here, TFDS
    downloads others.

    Args:
        name: a TFDS name, such as "mnist" or "basic_prop_line/clean", or "image_folder".
        split: a TFDS split, such as "train" or "test[:10%]".
        data_dir: the folder of prepared datasets; the default is the environment variable
            TFDS_DATA_DIR, then TFDS's default.
        path: the folder of PNG and JPEG images that "image_folder" reads, see `load_folder`;
            None or "" for every other dataset.
        image_size: (height, width) in pixels that images are cropped and resized to, see
            `Decoder`; None or () keeps the stored size.
        channels: 1 for gray, 3 for red, green and blue; None or 0 keeps what is stored.

    Returns:
        The split's images in the order of its files. The labels are, by name, every ClassLabel
        feature and every feature that is true (1) or false (0); a nested feature has a name such as
        "attributes/Smiling". Black and white are 0 and 255, also if a dataset stores 0 and 1.

    Raises:
        ValueError: an unknown dataset, configuration, version or split, images that are not
            uint8 images of one size, a bad image_size or channels, or a path where there should
            be none or none where there should be one.
        OSError: a dataset that cannot be found, prepared or read.

    Examples:
        >>> data = load_images("basic_prop_line", "test", data_dir="tfds")   # doctest: +SKIP
        >>> data.images.shape   # doctest: +SKIP
        (10000, 28, 28, 1)
        >>> faces = load_images("celeb_a", "train", image_size=(32, 32))   # doctest: +SKIP
        >>> chairs = load_images("image_folder", "train", path="/data/chairs")   # doctest: +SKIP
    """
    decoder = Decoder(image_size, channels)
    if bool(path) != (name == IMAGE_FOLDER):
        raise ValueError(
            f"path should name a folder if the dataset is {IMAGE_FOLDER!r}, and only then. "
            f"Received: path={path!r}, name={name!r}"
        )
    if path:
        return load_folder(path, split, decoder)
    return _read(_open(_find_builder(name, data_dir), split, decoder))


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
            uint8 [B, H, W, C].

        Raises:
            OSError: the dataset is damaged.
        """
        files = _slice(self.split_info.file_instructions, start, stop)
        batches = _decoded_batches(self.builder, files, [], self.decoder)
        try:
            for batch in batches.as_numpy_iterator():
                yield batch["image"]
        except tf.errors.OpError as error:
            raise _damaged(self.builder, _first_line(error)) from error


def open_images(
    name: str, split: str, data_dir: str | None = None, decoder: Decoder | None = None
) -> StoredImages:
    """Opens one split of a TFDS dataset without loading it; otherwise as `load_images`.

    Examples:
        >>> stored = open_images("mnist", "test")   # doctest: +SKIP
        >>> sum(len(batch) for batch in stored.images(0, stored.count))   # doctest: +SKIP
        10000
    """
    return _open(_find_builder(name, data_dir), split, decoder or Decoder())


def _open(builder: tfds.core.DatasetBuilder, split: str, decoder: Decoder) -> StoredImages:
    """Finds a split of a dataset, and prepares the dataset first if necessary."""
    if builder.name in _BINARY:
        decoder = dataclasses.replace(decoder, white=1)
    if not builder.data_path.exists():
        _prepare(builder)
    if not builder.info.splits:
        raise _damaged(builder, "no dataset_info.json")
    try:
        split_info = builder.info.splits[split]
    except ValueError as error:
        raise ValueError(
            f"split should name one of {sorted(builder.info.splits)}, or a slice of one. "
            f"Received: {split!r}"
        ) from error
    if not split_info.num_examples:
        raise ValueError(f"split should hold examples. Received: {split!r}, which is empty")
    _check_image(builder)
    return StoredImages(builder, split_info, decoder)


def _find_builder(name: str, data_dir: str | None) -> tfds.core.DatasetBuilder:
    try:
        return tfds.builder(name, data_dir=data_dir)
    except tfds.core.DatasetNotFoundError as error:
        plain = re.split("[/:]", name)[0]
        close = difflib.get_close_matches(plain, tfds.list_builders())
        hint = f"; close to it: {', '.join(close)}" if close else ""
        raise ValueError(f"name should be a TFDS dataset. Received: {name!r}{hint}") from error
    # TFDS reports an unknown version as an AssertionError.
    except (ValueError, AssertionError) as error:
        reason = _first_line(error).rpartition('": ')[2].partition(" Here are")[0]
        raise ValueError(
            "name should be NAME[/CONFIG][:VERSION] of a TFDS dataset. "
            f"Received: {name!r} ({reason.rstrip('.')})"
        ) from error


def _prepare(builder: tfds.core.DatasetBuilder) -> None:
    """Draws or downloads a dataset into its data directory."""
    try:
        _require_network(builder)
        builder.download_and_prepare()
    # TFDS reports a dataset that must be downloaded by hand as an AssertionError.
    except (
        OSError,
        AssertionError,
        DownloadError,
        NonMatchingChecksumError,
        tf.errors.OpError,
    ) as error:
        raise OSError(
            f"data_dir should hold the prepared dataset {builder.name!r}, or it should be possible "
            f"to prepare it there. Received: {builder.data_dir_root} ({_first_line(error)})"
        ) from error


def _require_network(builder: tfds.core.DatasetBuilder) -> None:
    """Fails at once if a server cannot be reached; TFDS would try for minutes."""
    url = next((url for url in builder.url_infos or () if url.startswith("http")), None)
    # TFDS notes each finished download in such a file, and does not fetch it again.
    if url is None or any((builder.data_dir_root / "downloads").glob("*.INFO")):
        return
    try:
        requests.head(url, timeout=_PROBE_SECONDS)
    except requests.RequestException as error:
        raise OSError(f"cannot reach {urlsplit(url).hostname} to download it") from error


def _read(stored: StoredImages) -> LabeledImages:
    builder, count = stored.builder, stored.count
    names = _label_names(builder)
    files = stored.split_info.file_instructions
    images = np.empty((0,), np.uint8)
    labels = {name: np.empty(count, np.int64) for name in names}
    start = 0
    try:
        for batch in _decoded_batches(builder, files, names, stored.decoder).as_numpy_iterator():
            block = batch["image"]
            if not start:
                images = np.empty((count, *block.shape[1:]), np.uint8)
            if block.shape[1:] != images.shape[1:]:
                raise ValueError(
                    f"The images of {builder.name!r} should have one size, or image_size be given. "
                    f"Received: {images.shape[1:]} and {block.shape[1:]}"
                )
            rows = slice(start, start + len(block))
            images[rows] = block
            for name in names:
                labels[name][rows] = batch[name]
            start += len(block)
    except tf.errors.OpError as error:
        raise _damaged(builder, _first_line(error)) from error
    if start != count:
        raise _damaged(builder, f"{start} of {count} examples")
    return LabeledImages(images, labels)


def _check_image(builder: tfds.core.DatasetBuilder) -> None:
    """Checks that the image is one that we read."""
    features = dict(builder.info.features)
    image = features.get("image")
    if not isinstance(image, tfds.features.Image) or image.np_dtype != np.uint8:
        raise ValueError(
            f"{builder.name!r} should have a uint8 feature named 'image'. "
            f"Received: {', '.join(f'{name}: {value!r}' for name, value in features.items())}"
        )


def _label_names(builder: tfds.core.DatasetBuilder) -> list[str]:
    """Names the categorical features."""
    features = dict(builder.info.features)
    return [name for name, feature in _leaves(features) if _is_categorical(feature)]


def _leaves(features: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Nested features, by the names under which TFDS stores them."""
    for name, feature in features.items():
        if isinstance(feature, tfds.features.FeaturesDict):
            yield from _leaves(feature, f"{prefix}{name}/")
        else:
            yield prefix + name, feature


def _is_categorical(feature: Any) -> bool:
    if isinstance(feature, tfds.features.ClassLabel):
        return True
    is_scalar = isinstance(feature, tfds.features.Tensor) and not feature.shape
    return is_scalar and feature.np_dtype == np.bool_


def _decoded_batches(
    builder: tfds.core.DatasetBuilder,
    files: Sequence[FileInstruction],
    names: list[str],
    decoder: Decoder,
) -> tf.data.Dataset:
    """Reads whole batches of records; TFDS's own reader reads single records, 3 times slower."""
    stored = builder.info.features["image"].shape
    shape = decoder.output_shape(stored)
    spec = {
        "image": tf.io.FixedLenFeature([], tf.string),
        **{name: tf.io.FixedLenFeature([], tf.int64) for name in names},
    }

    def decode(records: tf.Tensor) -> dict[str, tf.Tensor]:
        examples = tf.io.parse_example(records, spec)
        examples["image"] = tf.map_fn(
            lambda image: decoder(image, stored[-1]),
            examples["image"],
            fn_output_signature=tf.TensorSpec(shape, tf.uint8),
        )
        return examples

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


def _damaged(builder: tfds.core.DatasetBuilder, received: str) -> OSError:
    return OSError(
        f"The prepared dataset {builder.name!r} should be complete; delete its folder to prepare "
        f"it anew. Received: {builder.data_dir} ({received})"
    )


def _first_line(error: BaseException) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)
