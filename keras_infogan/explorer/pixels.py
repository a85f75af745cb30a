"""From a model's images to images for a browser, and back."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image

from keras_infogan.datasets.picture import PictureReader, UnreadablePictureError
from keras_infogan.runtime.images import BYTE_MAXIMUM, Shape

SMALLEST_SIDE = 280  # pixels of a single image on the page
MILLISECONDS_A_FRAME = 80


def for_page(picture: np.ndarray, smallest_side: int = SMALLEST_SIDE) -> np.ndarray:
    """A picture in color, enlarged so that each pixel becomes a square.

    Args:
        picture: float [H, W, C] in [0, 1], C 1 or 3.
        smallest_side: the least length of the shorter side. The factor f is an integer.

    Returns:
        uint8 [f H, f W, 3].
    """
    factor = max(1, -(-smallest_side // min(picture.shape[:2])))
    picture = np.clip(np.rint(picture * BYTE_MAXIMUM), 0, BYTE_MAXIMUM).astype(np.uint8)
    picture = np.broadcast_to(picture, [*picture.shape[:2], 3])
    return picture.repeat(factor, axis=0).repeat(factor, axis=1)


def gif_bytes(frames: Sequence[np.ndarray]) -> bytes:
    """An animation that plays forward and backward without end, as the bytes of a GIF file.

    Args:
        frames: two or more, uint8 [H, W, 3].
    """
    there_and_back = [*frames, *frames[-2:0:-1]]
    first, *others = [Image.fromarray(frame) for frame in there_and_back]
    file = io.BytesIO()
    first.save(
        file,
        format="GIF",
        save_all=True,
        append_images=others,
        duration=MILLISECONDS_A_FRAME,
        loop=0,
    )
    return file.getvalue()


def for_model(picture: str | bytes, shape: Shape, is_inverted: bool = False) -> np.ndarray:
    """A picture file as an image for the model, by the rule of `datasets.PictureReader`.

    A picture that `for_page` enlarged is not smoothed: it becomes the image that it was.

    Args:
        picture: the path of the file, or its bytes.
        shape: (H, W, C) of the model's images.
        is_inverted: whether to swap light and dark: for dark ink on paper, if the model was
            trained on light strokes on a dark background.

    Returns:
        float32 of `shape` in [0, 1].

    Raises:
        ValueError: the picture cannot be read, or the model's images are not gray or in color.
    """
    height, width, channels = shape
    try:
        pixels = _without_enlarging(PictureReader(channels=channels)(picture).pixels, shape)
        if pixels.shape != shape:
            pixels = PictureReader((height, width), channels)(picture).pixels
    except UnreadablePictureError as error:
        raise ValueError(f"The image should be a picture file. Received: {error}") from error
    image = pixels.astype(np.float32) / np.float32(BYTE_MAXIMUM)
    return 1.0 - image if is_inverted else image


def _without_enlarging(picture: np.ndarray, shape: Shape) -> np.ndarray:
    """The image of which each pixel became a square; the picture itself if that is not so."""
    factor = picture.shape[0] // shape[0]
    image = picture[::factor, ::factor] if factor else picture
    if image.shape != shape:
        return picture
    enlarged = image.repeat(factor, axis=0).repeat(factor, axis=1)
    return image if np.array_equal(enlarged, picture) else picture
