"""Images as a browser shows them, and a browser's as a model reads them."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageOps

from keras_infogan.images import BYTE_MAXIMUM, Shape

SMALLEST_SIDE = 280  # pixels of a single image on the page
MILLISECONDS_A_FRAME = 80


def for_page(picture: np.ndarray, smallest_side: int = SMALLEST_SIDE) -> np.ndarray:
    """A picture in colour, large enough to see, every pixel still a square.

    Args:
        picture: float [H, W, C] in [0, 1], C 1 or 3.
        smallest_side: what the shorter side has at least, by a whole factor.

    Returns:
        uint8 [f H, f W, 3].
    """
    factor = max(1, -(-smallest_side // min(picture.shape[:2])))
    picture = np.clip(np.rint(picture * BYTE_MAXIMUM), 0, BYTE_MAXIMUM).astype(np.uint8)
    picture = np.broadcast_to(picture, [*picture.shape[:2], 3])
    return picture.repeat(factor, axis=0).repeat(factor, axis=1)


def gif_bytes(frames: Sequence[np.ndarray]) -> bytes:
    """An animation that runs there and back for ever, as the bytes of a GIF file.

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


def for_model(picture: np.ndarray, shape: Shape, is_inverted: bool = False) -> np.ndarray:
    """A picture cut to the model's proportions and scaled to its size.

    Args:
        picture: uint8 [H, W, 3].
        shape: (H, W, C) of the model's images.
        is_inverted: whether light and dark change places, as for ink on paper where the model
            has seen light on dark.

    Returns:
        float32 of `shape` in [0, 1].
    """
    height, width, channels = shape
    # Areas are averaged, so that what `for_page` enlarged comes back pixel for pixel.
    image = ImageOps.fit(Image.fromarray(picture), (width, height), Image.Resampling.BOX)
    image = image.convert("L" if channels == 1 else "RGB")
    pixels = np.asarray(image, np.float32).reshape(shape) / BYTE_MAXIMUM
    return 1.0 - pixels if is_inverted else pixels
