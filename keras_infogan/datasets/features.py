"""The features of a TFDS dataset that are read: the image, labels, and what comes with an image."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import tensorflow as tf
import tensorflow_datasets as tfds

from keras_infogan.datasets.decoding import Decoder

IMAGE = "image"
_LEAST_RANK = 2  # of an array that is read; a vector may be anything


def check_image(builder: tfds.core.DatasetBuilder, decoder: Decoder) -> None:
    """Checks that the image, or the video, is one that we read.

    Raises:
        ValueError: it is missing, not uint8, a video of unknown shape, or a video that the decoder
            should change.
    """
    features = dict(builder.info.features)
    image = features.get(IMAGE)
    if not (_is_uint8_image(image) or is_video(image)):
        raise ValueError(
            f"{builder.name!r} should have a uint8 feature named 'image', and the shape of videos "
            "should be known. "
            f"Received: {', '.join(f'{name}: {value!r}' for name, value in features.items())}"
        )
    if is_video(image) and (decoder.image_size or decoder.channels):
        raise ValueError(
            f"image_size and channels should be left out for videos, as in {builder.name!r}. "
            f"Received: image_size={decoder.image_size!r}, channels={decoder.channels!r}"
        )


def is_video(feature: Any) -> bool:
    """Whether a feature is uint8 videos of one known shape."""
    return (
        isinstance(feature, tfds.features.Video)
        and feature.feature.np_dtype == np.uint8
        and _is_known(feature.shape)
    )


def label_names(builder: tfds.core.DatasetBuilder) -> list[str]:
    """Names the categorical features."""
    return [name for name, feature in _leaves(builder.info.features) if _is_categorical(feature)]


def companion_features(builder: tfds.core.DatasetBuilder) -> dict[str, Any]:
    """Finds what comes with each image: texts, and uint8 images and arrays of known shape."""
    return {
        name: feature
        for name, feature in _leaves(builder.info.features)
        if name != IMAGE and (is_text(feature) or _is_array(feature))
    }


def is_text(feature: Any) -> bool:
    """Whether a feature is a text, or a fixed number of texts."""
    if type(feature) is tfds.features.Sequence:
        return is_text(feature.feature) and _is_known(feature.shape)
    # TFDS's old texts are encoded to numbers.
    return isinstance(feature, tfds.features.Text) and feature.shape == ()


def record_spec(feature: Any) -> tf.io.FixedLenFeature:
    """How a companion lies in a record."""
    stored = feature.get_serialized_info()
    is_number = np.issubdtype(stored.np_dtype, np.integer)
    return tf.io.FixedLenFeature(stored.shape, tf.int64 if is_number else tf.string)


def decode_companion(feature: Any, values: tf.Tensor) -> tf.Tensor:
    """Decodes a batch of a companion: strings, or uint8."""
    if is_text(feature):
        return values
    return tf.map_fn(
        lambda value: tf.cast(feature.decode_example(value), tf.uint8),
        values,
        fn_output_signature=tf.TensorSpec(feature.shape, tf.uint8),
    )


def as_text(values: np.ndarray) -> np.ndarray:
    """An array of objects that are str, from one of UTF-8 bytes."""
    texts = [value.decode(errors="replace") for value in values.flat]
    return np.array(texts, object).reshape(values.shape)


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


def _is_uint8_image(feature: Any) -> bool:
    return isinstance(feature, tfds.features.Image) and feature.np_dtype == np.uint8


def _is_array(feature: Any) -> bool:
    """Whether a feature is uint8 images or arrays of one known shape."""
    is_tensor = isinstance(feature, tfds.features.Tensor) and feature.np_dtype == np.uint8
    return (
        (is_tensor or _is_uint8_image(feature))
        and len(feature.shape) >= _LEAST_RANK
        and _is_known(feature.shape)
    )


def _is_known(shape: tuple[int | None, ...]) -> bool:
    return None not in shape
