"""One rule that turns a picture file, of any kind that we read, into pixels."""

import dataclasses
import io
import os
import struct
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf
from PIL import ExifTags, Image, ImageColor, ImageOps, UnidentifiedImageError

from keras_infogan.datasets.decoding import check_format, crop_box

FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF")
SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff")
BACKGROUND = "white"

_GRAY = frozenset(["1", "L", "LA", "La", "I", "I;16", "I;16B", "F"])  # Pillow's modes
_DEEP = frozenset(["I", "I;16", "I;16B", "F"])
_DEEP_FORMATS = ("PNG", "TIFF")
_BLACK_TO_WHITE = 255
_LYING = (5, 6, 7, 8)  # EXIF's orientations that swap width and height
# What Pillow raises for damaged files of these formats; `OSError` alone is documented.
_DAMAGE = (
    *(OSError, SyntaxError, ValueError, TypeError, EOFError, OverflowError, struct.error),
    *(Image.DecompressionBombError, Image.DecompressionBombWarning, tf.errors.InvalidArgumentError),
)


class UnreadablePictureError(OSError):
    """A picture that is damaged, too large or of an unknown kind; the message is the reason."""


class Picture(NamedTuple):
    """The pixels of a picture file, and what was done to get them.

    Args:
        pixels: uint8 [H, W, C] in [0, 255].
        is_transparent: whether some of it was transparent, and the background shows there.
        is_deep: whether it had more than 8 bits per value and was scaled by its own range.
    """

    pixels: np.ndarray
    is_transparent: bool
    is_deep: bool


class Header(NamedTuple):
    """What a picture's header says: (height, width) as it is seen, and whether it is in color."""

    size: tuple[int, int]
    is_in_color: bool


@dataclasses.dataclass(frozen=True)
class PictureReader:
    """Reads PNG, JPEG, GIF, BMP, WebP and TIFF files by one rule.

    The first frame is read, and turned as its EXIF data says. Values of more than 8 bits are scaled
    by the range of the picture: its darkest value becomes 0 and its brightest 255. Transparent
    parts show the background. Then the picture is cropped and resized as by `Decoder`.

    Args:
        image_size: (height, width) in pixels; None or () keeps the stored size.
        channels: 1 for gray, 3 for red, green and blue; None or 0 keeps what is stored.
        background: the color behind transparent parts: a name or "#rrggbb". In a gray picture its
            gray value counts.

    Raises:
        ValueError: another number of channels, a size that is not two positive ints, or an unknown
            color.

    Examples:
        >>> png = tf.io.encode_png(images[0]).numpy()
        >>> PictureReader(image_size=(32, 32), channels=3)(png).pixels.shape
        (32, 32, 3)
    """

    image_size: tuple[int, int] | None = None
    channels: int | None = None
    background: str = BACKGROUND

    def __post_init__(self) -> None:
        check_format(self.image_size, self.channels)
        try:
            ImageColor.getrgb(self.background)
        except (ValueError, AttributeError, TypeError) as error:
            raise ValueError(
                "`background` should be the name of a color or #rrggbb. "
                f"Received: background={self.background!r}"
            ) from error

    def __call__(self, source: str | os.PathLike[str] | bytes | bytearray | memoryview) -> Picture:
        """Reads one picture.

        Args:
            source: a path, or the bytes of a file.

        Raises:
            TypeError: anything else.
            UnreadablePictureError: it cannot be read.
        """
        if isinstance(source, (bytes, bytearray, memoryview)):
            return self._read(bytes(source))
        return self._read(checked_path(source))

    def _read(self, source: Path | bytes) -> Picture:
        try:
            with _open(source) as image:
                if image.format == "TIFF" and not isinstance(source, bytes):
                    # Pillow turns a gray TIFF file wrongly if it maps the file into memory.
                    return self._read(source.read_bytes())
                is_gray, is_deep = _is_gray(image), _is_deep(image)
                stored = _in_8_bits(image, source) if is_deep else image
                ImageOps.exif_transpose(stored, in_place=True)
                flat, is_transparent = self._without_alpha(stored)
                channels = self.channels or (1 if is_gray else 3)
                flat = flat.convert("L" if channels == 1 else "RGB")
                pixels = np.asarray(self._resize(flat))
                return Picture(pixels.reshape(*pixels.shape[:2], -1), is_transparent, is_deep)
        except _DAMAGE as error:
            raise _unreadable(error) from error

    def _without_alpha(self, image: Image.Image) -> tuple[Image.Image, bool]:
        """The picture on its background, and whether any of the background shows."""
        if not image.has_transparency_data:
            return image, False
        image = image.convert("RGBA")
        least, _ = image.getchannel("A").getextrema()
        if least == _BLACK_TO_WHITE:
            return image, False
        ground = Image.new("RGBA", image.size, (*ImageColor.getrgb(self.background)[:3], 255))
        return Image.alpha_composite(ground, image), True

    def _resize(self, image: Image.Image) -> Image.Image:
        if not self.image_size or (image.height, image.width) == tuple(self.image_size):
            return image
        height, width = self.image_size
        cropped = image.crop(crop_box(image.height, image.width, height, width))
        return cropped.resize((width, height), Image.Resampling.BILINEAR)


def checked_path(value: Any) -> Path:
    """Returns text or another path as a `Path`, or raises a TypeError."""
    if not isinstance(value, (str, os.PathLike)):
        raise TypeError(
            f"A picture should be a path or the bytes of a file. Received: {type(value).__name__}"
        )
    return Path(value)


def read_header(path: Path) -> Header:
    """Reads the header of a picture file, and does not decode its pixels.

    Raises:
        UnreadablePictureError: it cannot be read.
    """
    try:
        with _open(path) as image:
            size = (image.width, image.height) if _lies(image) else (image.height, image.width)
            return Header(size, not _is_gray(image))
    except _DAMAGE as error:
        raise _unreadable(error) from error


def _open(source: Path | bytes) -> Any:
    """Opens a picture; one with too many pixels is refused before it is decoded."""
    file = io.BytesIO(source) if isinstance(source, bytes) else source
    image = Image.open(file, formats=FORMATS)
    limit, count = Image.MAX_IMAGE_PIXELS, image.width * image.height
    if limit is not None and count > limit:
        image.close()
        raise Image.DecompressionBombError(f"{count} pixels")
    return image


def _lies(image: Any) -> bool:
    """Whether the width in the header is the height of the upright picture."""
    # Of a TIFF file Pillow gives the upright size, and it would decode a PNG file to look for EXIF
    # data behind the pixels.
    if image.format == "TIFF" or (image.format == "PNG" and "exif" not in image.info):
        return False
    return image.getexif().get(ExifTags.Base.Orientation) in _LYING


def _raw_mode(image: Any) -> str:
    """How the file stores a pixel, in Pillow's words, such as "RGB;16B"."""
    if not image.tile:
        return ""
    arguments = image.tile[0].args
    return str(arguments[0] if isinstance(arguments, tuple) else arguments)


def _is_gray(image: Any) -> bool:
    # Pillow opens 16-bit gray with alpha as RGBA.
    return image.mode in _GRAY or _raw_mode(image).startswith("LA")


def _is_deep(image: Any) -> bool:
    deep_color = image.format in _DEEP_FORMATS and ";16" in _raw_mode(image)
    return image.mode in _DEEP or deep_color


def _in_8_bits(image: Any, source: Path | bytes) -> Image.Image:
    """A picture of 8 bits per value, scaled by the range of what can be seen."""
    values = _deep_values(image, source).astype(np.float64)
    colors, alpha = (values, None) if values.shape[2] % 2 else np.split(values, [-1], axis=2)
    hidden = image.info.get("transparency")  # the one value, or color, that is transparent
    if alpha is None and hidden is not None:
        alpha = (colors != np.asarray(hidden)).any(axis=2, keepdims=True) * np.iinfo(np.uint16).max
    seen = colors if alpha is None else colors[alpha[..., 0] > 0]
    low, high = (seen.min(), seen.max()) if seen.size else (0.0, 0.0)
    if not np.isfinite([low, high]).all():
        raise ValueError("it has values that are NaN or infinite")
    scaled = (colors.clip(low, high) - low) * _BLACK_TO_WHITE / ((high - low) or 1.0)
    if alpha is not None:
        scaled = np.concatenate([scaled, alpha * (_BLACK_TO_WHITE / np.iinfo(np.uint16).max)], 2)
    rounded = np.round(scaled).astype(np.uint8)
    converted = Image.fromarray(rounded[..., 0] if rounded.shape[2] == 1 else rounded)
    orientation = image.getexif().get(ExifTags.Base.Orientation, 1)
    converted.getexif()[ExifTags.Base.Orientation] = orientation
    return converted


def _deep_values(image: Any, source: Path | bytes) -> np.ndarray:
    """The stored values [H, W, C]; Pillow keeps 8 bits of deep colors, TensorFlow all."""
    if image.mode in _DEEP:
        return np.asarray(image)[..., None]
    if image.format != "PNG":
        raise ValueError(f"{image.format} with 16 bits per color; save it as PNG")
    data = source if isinstance(source, bytes) else source.read_bytes()
    return tf.io.decode_png(data, dtype=tf.uint16).numpy()


def _unreadable(error: BaseException) -> UnreadablePictureError:
    if isinstance(error, UnidentifiedImageError):
        return UnreadablePictureError("no picture")  # Pillow's message names an object in memory
    if isinstance(error, Image.DecompressionBombError | Image.DecompressionBombWarning):
        limit = Image.MAX_IMAGE_PIXELS
        return UnreadablePictureError(f"more than {limit:,} pixels, the limit")
    if isinstance(error, OSError) and error.strerror:
        return UnreadablePictureError(error.strerror)
    return UnreadablePictureError(str(error) or type(error).__name__)
