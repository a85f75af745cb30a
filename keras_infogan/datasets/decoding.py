"""Turns the images of prepared datasets into pixels of the size that a model needs."""

import dataclasses

import numpy as np
import tensorflow as tf

from keras_infogan.runtime.arguments import checked_count

_WHITE = 255
CHANNELS = (1, 3)
# The shares of red, green and blue in gray, times 2 to the power 15: those of libpng, which decodes
# PNG files to gray. So an array has the same pixels as its PNG file.
_GRAY_SHARES, _GRAY_BITS = np.array([9797, 19234, 3737], np.int32), 15


@dataclasses.dataclass(frozen=True)
class ImageFormat:
    """A size and a number of channels that suit all images of a place, and a description.

    Args:
        image_size: (height, width) in pixels.
        channels: 1 for gray, 3 for red, green and blue.
        found: for people: the number of images, their sizes as HEIGHTxWIDTH, gray or in color.
    """

    image_size: tuple[int, int]
    channels: int
    found: str


@dataclasses.dataclass(frozen=True)
class Decoder:
    """Decodes PNG or JPEG bytes; crops and resizes them if a size is given.

    Keeps the largest centered part with the proportions of that size, and resizes it with a
    triangle filter, which averages pixels when the image shrinks.

    Args:
        image_size: (height, width) in pixels; None or () keeps the stored size.
        channels: 1 for gray, 3 for red, green and blue; None or 0 keeps what is stored.
        white: the stored value of white: 255, or 1 in black and white images.

    Raises:
        ValueError: another number of channels, or a size that is not two positive ints.

    Examples:
        >>> decoder = Decoder(image_size=(32, 32), channels=3)
        >>> decoder(tf.io.encode_jpeg(images[0])).shape
        TensorShape([32, 32, 3])
    """

    image_size: tuple[int, int] | None = None
    channels: int | None = None
    white: int = _WHITE

    def __post_init__(self) -> None:
        check_format(self.image_size, self.channels)

    def output_shape(self, stored: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """The shape (H, W, C) after decoding images of a stored shape; None where unknown.

        Examples:
            >>> Decoder(channels=1).output_shape((None, None, 3))
            (None, None, 1)
        """
        size = tuple(self.image_size) if self.image_size else tuple(stored[:2])
        return (*size, self.channels or stored[2])

    def __call__(self, data: tf.Tensor, stored_channels: int | None = None) -> tf.Tensor:
        """Decodes one image.

        Args:
            data: scalar string tensor, the bytes of a file.
            stored_channels: the number of channels in the file, where it is known.

        Returns:
            A uint8 tensor [H, W, C].
        """
        channels = self.channels or stored_channels or 0
        image = tf.io.decode_image(data, channels, expand_animations=False)
        image *= tf.constant(_WHITE // self.white, tf.uint8)
        return _crop_and_resize(image, *self.image_size) if self.image_size else image

    def convert(self, images: np.ndarray) -> np.ndarray:
        """Converts images that are decoded already.

        Args:
            images: uint8 [B, H, W, C] in [0, 255], C of 1 or 3.

        Returns:
            uint8 [B, height, width, channels].

        Examples:
            >>> Decoder(image_size=(32, 32), channels=3).convert(images).shape
            (64, 32, 32, 3)
        """
        size = tuple(self.image_size or images.shape[1:3])
        if self.channels == 3 and images.shape[3] == 1:
            images = np.repeat(images, 3, axis=3)
        elif self.channels == 1 and images.shape[3] == 3:
            images = _to_gray(images)
        if size == images.shape[1:3]:
            return images
        # The same pixels on every device: they identify the data of a run.
        with tf.device("CPU"):
            resized: np.ndarray = _crop_and_resize(tf.constant(images), *size).numpy()
        return resized


def check_format(image_size: tuple[int, int] | None, channels: int | None) -> None:
    """Raises a ValueError if a size is not two positive ints, or channels are not 1 or 3."""
    try:
        is_size = len([checked_count("image_size", n, 1) for n in image_size or ()]) in (0, 2)
    except (TypeError, ValueError):
        is_size = False
    if not is_size:
        raise ValueError(
            f"image_size should be (height, width) in pixels. Received: {image_size!r}"
        )
    if channels and channels not in CHANNELS:
        raise ValueError(f"channels should be 1 or 3. Received: {channels!r}")


def crop_box(rows: int, columns: int, height: int, width: int) -> tuple[int, int, int, int]:
    """The largest centered part of an image with other proportions.

    Args:
        rows, columns: the size of the image.
        height, width: the proportions.

    Returns:
        Its left, top, right and bottom edge, in pixels.

    Examples:
        >>> crop_box(218, 178, 32, 32)
        (0, 20, 178, 198)
    """
    kept_rows = min(max(columns * height // width, 1), rows)
    kept_columns = min(max(rows * width // height, 1), columns)
    top, left = (rows - kept_rows) // 2, (columns - kept_columns) // 2
    return left, top, left + kept_columns, top + kept_rows


def _to_gray(images: np.ndarray) -> np.ndarray:
    gray = (images.astype(np.int32) @ _GRAY_SHARES) >> _GRAY_BITS
    return gray.astype(np.uint8)[..., np.newaxis]


def _crop_and_resize(image: tf.Tensor, height: int, width: int) -> tf.Tensor:
    """Crops and resizes an image [H, W, C], or a batch of them."""
    rows, columns = tf.unstack(tf.shape(image)[-3:-1])
    cropped = tf.image.resize_with_crop_or_pad(
        image,
        tf.clip_by_value(columns * height // width, 1, rows),
        tf.clip_by_value(rows * width // height, 1, columns),
    )
    resized = tf.image.resize(cropped, (height, width), antialias=True)
    return tf.saturate_cast(tf.round(resized), tf.uint8)
