"""Any TFDS image dataset as arrays in memory."""

import dataclasses
import difflib
import functools
import re
from urllib.parse import urlsplit

import numpy as np
import requests
import tensorflow as tf
import tensorflow_datasets as tfds
from tensorflow_datasets.core import file_adapters
from tensorflow_datasets.core.download import DownloadError
from tensorflow_datasets.core.download.download_manager import NonMatchingChecksumError

_DECODE_BATCH = 1024
_PROBE_SECONDS = 10


@dataclasses.dataclass(frozen=True, eq=False)
class LabeledImages:
    """Images in memory and what is known about each.

    Args:
        images: uint8 array [N, H, W, C] in [0, 255].
        labels: for each categorical factor, by its name, an int64 array [N].

    Example:
        data = LabeledImages(np.zeros((8, 28, 28, 1), np.uint8), {"label": np.arange(8)})
        data.labels["label"]
    """

    images: np.ndarray
    labels: dict[str, np.ndarray]


def load_images(name: str, split: str, data_dir: str | None = None) -> LabeledImages:
    """Loads one split of a TFDS dataset that has an `image` feature.

    A dataset that is not prepared yet is prepared first: BasicProp is drawn, others are
    downloaded by TFDS.

    Args:
        name: a TFDS name, "mnist" or "basic_prop_line/clean" say.
        split: a TFDS split, "train" or "test[:10%]" say.
        data_dir: the folder that holds prepared datasets; without it the environment variable
            TFDS_DATA_DIR says, then TFDS's default.

    Returns:
        The split's images in the order of its files, and every ClassLabel feature by name.

    Raises:
        ValueError: an unknown dataset, configuration, version or split, or images that are not
            uint8 images of one size.
        OSError: a dataset that can be neither found, prepared nor read.

    Example:
        data = load_images("basic_prop_line", "test", data_dir="/tmp/tfds")
        data.images.shape  # (10000, 28, 28, 1)
    """
    builder = _find_builder(name, data_dir)
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
    return _read(builder, split_info)


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
    """Fails at once where TFDS would try for minutes to reach a server."""
    url = next((url for url in builder.url_infos or () if url.startswith("http")), None)
    # TFDS notes each finished download in such a file, and does not fetch it again.
    if url is None or any((builder.data_dir_root / "downloads").glob("*.INFO")):
        return
    try:
        requests.head(url, timeout=_PROBE_SECONDS)
    except requests.RequestException as error:
        raise OSError(f"cannot reach {urlsplit(url).hostname} to download it") from error


def _read(builder: tfds.core.DatasetBuilder, split_info: tfds.core.SplitInfo) -> LabeledImages:
    names = _label_names(builder)
    count = split_info.num_examples
    images = np.empty((0,), np.uint8)
    labels = {name: np.empty(count, np.int64) for name in names}
    start = 0
    try:
        for batch in _decoded_batches(builder, split_info, names).as_numpy_iterator():
            block = batch["image"]
            if not start:
                images = np.empty((count, *block.shape[1:]), np.uint8)
            if block.shape[1:] != images.shape[1:]:
                raise ValueError(
                    f"The images of {builder.name!r} should have one size. "
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


def _label_names(builder: tfds.core.DatasetBuilder) -> list[str]:
    """Names the ClassLabel features, having checked that the image is one that we read."""
    features = dict(builder.info.features)
    image = features.get("image")
    if not isinstance(image, tfds.features.Image) or image.np_dtype != np.uint8:
        raise ValueError(
            f"{builder.name!r} should have a uint8 feature named 'image'. "
            f"Received: {', '.join(f'{name}: {value!r}' for name, value in features.items())}"
        )
    return [name for name, value in features.items() if isinstance(value, tfds.features.ClassLabel)]


def _decoded_batches(
    builder: tfds.core.DatasetBuilder, split_info: tfds.core.SplitInfo, names: list[str]
) -> tf.data.Dataset:
    """Reads whole batches of records: TFDS's own reader, record by record, takes thrice as long."""
    shape = builder.info.features["image"].shape
    channels = shape[-1] or 0
    spec = {
        "image": tf.io.FixedLenFeature([], tf.string),
        **{name: tf.io.FixedLenFeature([], tf.int64) for name in names},
    }

    def decode(records: tf.Tensor) -> dict[str, tf.Tensor]:
        examples = tf.io.parse_example(records, spec)
        examples["image"] = tf.map_fn(
            lambda image: tf.io.decode_image(image, channels, expand_animations=False),
            examples["image"],
            fn_output_signature=tf.TensorSpec(shape, tf.uint8),
        )
        return examples

    # Only images that are known to be of one size can share a batch.
    batch = 1 if None in shape else _DECODE_BATCH
    records = _records(builder, split_info).batch(batch)
    return records.map(decode, num_parallel_calls=tf.data.AUTOTUNE).prefetch(2)


def _records(builder: tfds.core.DatasetBuilder, split_info: tfds.core.SplitInfo) -> tf.data.Dataset:
    """Chains the serialized examples of the split's files."""
    adapter = file_adapters.ADAPTER_FOR_FORMAT[builder.info.file_format]
    files = [
        adapter.make_tf_data(part.filename).skip(part.skip).take(part.take)
        for part in split_info.file_instructions
    ]
    return functools.reduce(tf.data.Dataset.concatenate, files)


def _damaged(builder: tfds.core.DatasetBuilder, received: str) -> OSError:
    return OSError(
        f"The prepared dataset {builder.name!r} should be complete; delete its folder to prepare "
        f"it anew. Received: {builder.data_dir} ({received})"
    )


def _first_line(error: BaseException) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)
