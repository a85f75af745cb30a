"""The one rule for image arrays: which arrays are images, and which value is white.

`checked_images` holds the rule, and every boundary calls it. It needs NumPy alone, so a client of a
server can use it without TensorFlow. `keras_infogan.images` has the same rule for tensors in a
graph.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

Shape = tuple[int, ...]  # (H, W, C) of an image, or (T, H, W, C) of a video of T frames

BYTE_MAXIMUM = 255.0
UNIT_WHITE, BYTE_WHITE = 1, 255  # the value of white, of which each pixel is a share
LEAST_BYTE_MAXIMUM = 2  # floats whose largest value is between 1 and 2 are refused, see `_white`
BATCHES_LOOKED_AT = 8  # of a stream, until a value above 1 is found
IMAGE_KEY = "image"  # in TFDS's examples

BYTES_ONLY = "Images should be in [0, 255] if they are integers"
BYTES_OR_UNIT = "Images should be in [0, 1] or [0, 255]"
STAY_UNIT = "Images should stay in [0, 1], as in the batches before"
UNIT_ONLY = "Images should be in [0, 1]"
NUMBERS_ONLY = "Images should be an array of uint8 or floats"
NO_NAN = "Images should not hold NaN"
NO_MASK = "Images should have a value for each pixel"
ONE_AS_WHITE = (
    "Images should use the range [0, 255] if they are integers; `images.astype(bool)` makes 1 white"
)


def checked_images(
    images: Any,
    image_shape: Shape | None = None,
    white: int | None = None,
    leaves_nan: bool = False,
) -> np.ndarray:
    """Images as the package keeps them: uint8, or float32 in [0, 1].

    | dtype     | values                                                               |
    |-----------|----------------------------------------------------------------------|
    | bool      | True is white                                                        |
    | integers  | from 0 to 255; not 0 and 1 alone, where it is unclear what white is  |
    | floats    | in [0, 1]; or from 0 to 255, if the largest is 2 or more             |

    Args:
        images: numbers [N, H, W, C]: an array, a tensor or a list.
        image_shape: (H, W, C) that is asked for; None takes any.
        white: the value of white in floats, 1 or 255, where it is known from other batches of the
            same stream; None finds it in these images.
        leaves_nan: True lets NaN pass.

    Returns:
        uint8 [N, H, W, C] of bool and integers, float32 [N, H, W, C] in [0, 1] of floats. An array
        that is right already is not copied.

    Raises:
        TypeError: images that are not numbers.
        ValueError: another shape, no images, NaN, or a value out of range.

    Examples:
        >>> checked_images(np.full([1, 28, 28, 1], 255.0), (28, 28, 1)).max()
        np.float32(1.0)
        >>> checked_images(np.full([1, 28, 28, 1], True)).max()
        np.uint8(255)
    """
    array = as_numbers(images)
    check_shape(array.shape, image_shape)
    if array.dtype.kind == "b":
        return array.astype(np.uint8) * np.uint8(BYTE_WHITE)
    high = _highest(array, leaves_nan)
    if array.dtype.kind in "iu":
        _check_use_of_range(array.dtype, high, is_whole=white is None)
        return array.astype(np.uint8, copy=False)
    white = white or _white(high)
    if high > white:
        raise ValueError(f"{STAY_UNIT}. Received: values up to {high:g}")
    unit = array.astype(np.float32, copy=False)
    return unit / np.float32(BYTE_WHITE) if white == BYTE_WHITE else unit


def unit_array(
    images: Any, image_shape: Shape | None = None, white: int | None = None
) -> np.ndarray:
    """Images as float32 in [0, 1]; otherwise as `checked_images`.

    Examples:
        >>> unit_array(np.full([1, 28, 28, 1], 51, np.uint8)).max()
        np.float32(0.2)
    """
    checked = checked_images(images, image_shape, white)
    return checked / np.float32(BYTE_WHITE) if checked.dtype == np.uint8 else checked


def stream_white(batches: Iterable[Any], leaves_nan: bool = False) -> int | None:
    """The value of white in a stream of batches, from its first ones.

    A stream of floats is in [0, 1] if no value of its first 8 batches is above 1. Fewer batches are
    read if a value shows the range earlier.

    Args:
        batches: the stream, or its beginning; each batch as for `checked_images`.
        leaves_nan: True lets NaN pass after the first batch.

    Returns:
        1 or 255; None if there is no batch.

    Raises:
        TypeError, ValueError: as for `checked_images`.

    Examples:
        >>> black, gray = np.zeros([2, 8, 8, 1]), np.full([2, 8, 8, 1], 128.0)
        >>> stream_white([black, gray])
        255
    """
    dtype, highest = None, 0.0
    for number, batch in enumerate(itertools.islice(batches, BATCHES_LOOKED_AT)):
        array = as_numbers(batch)
        dtype = array.dtype
        if dtype.kind == "b":
            return UNIT_WHITE
        highest = max(highest, _highest(array, leaves_nan and number > 0))
        if highest >= LEAST_BYTE_MAXIMUM:
            return BYTE_WHITE
    if dtype is None:
        return None
    if dtype.kind in "iu":
        _check_use_of_range(dtype, highest)
        return BYTE_WHITE
    return _white(highest)


def images_of_example(example: Mapping[str, Any]) -> Any:
    """The images of a dictionary, as TFDS's examples are.

    Raises:
        ValueError: it has no key "image".

    Examples:
        >>> images_of_example({"image": np.zeros([2, 8, 8, 1]), "label": np.arange(2)}).shape
        (2, 8, 8, 1)
    """
    if IMAGE_KEY not in example:
        raise ValueError(
            f"A dictionary of images should have the key {IMAGE_KEY!r}. "
            f"Received: {', '.join(map(str, example))}"
        )
    return example[IMAGE_KEY]


def as_numbers(images: Any) -> np.ndarray:
    """Images as an array of bool, integers or floats that NumPy knows.

    Raises:
        TypeError: anything else.
        ValueError: a masked array, with pixels that are masked.
    """
    if np.ma.is_masked(images):
        raise ValueError(f"{NO_MASK}. Received: a masked array")
    try:
        array = np.asarray(images)
    except (TypeError, ValueError):  # for example a list of images of several sizes
        array = np.asarray(None)
    array = with_numpy_floats(array)
    if array.dtype.kind not in "biuf":
        received = f"dtype {array.dtype}" if hasattr(images, "dtype") else type(images).__name__
        raise TypeError(f"{NUMBERS_ONLY}. Received: {received}")
    return array


def with_numpy_floats(array: np.ndarray) -> np.ndarray:
    """An array of bfloat16, which NumPy does not know, as float32; another array as it is."""
    is_unknown = array.dtype.kind == "V" and "float" in array.dtype.name
    return array.astype(np.float32) if is_unknown else array


def check_shape(shape: Any, image_shape: Shape | None = None) -> None:
    """Checks [N, *image_shape], where None stands for a size that is not known.

    Without an image shape it checks that there are the four axes [N, H, W, C].

    Raises:
        ValueError: another shape, or no images.
    """
    sizes = list(shape)
    wanted = image_shape or (None, None, None)
    fits = len(sizes) == 1 + len(wanted) and all(
        None in (size, want) or size == want for size, want in zip(sizes[1:], wanted, strict=True)
    )
    if not fits:
        hint = ", one image without its batch axis" if sizes == list(wanted) else ""
        raise ValueError(f"{shape_sentence(image_shape)}. Received: {sizes}{hint}")
    if sizes[0] == 0:
        raise ValueError(f"There should be at least one image. Received: shape {sizes}")


def shape_sentence(image_shape: Shape | None) -> str:
    """What shape images should have, without a full stop."""
    names = "H, W, C" if image_shape is None else ", ".join(map(str, image_shape))
    return f"Images should have shape [batch, {names}]"


def describe_values(images: np.ndarray) -> str:
    """What an error says was received: how many images hold NaN, or the range of the values."""
    if images.dtype.kind == "f" and np.isnan(images).any():
        broken = int(np.isnan(images).reshape(len(images), -1).any(axis=1).sum())
        return f"NaN in {broken} of {len(images)} images"
    return f"values from {images.min():g} to {images.max():g}"


def _highest(array: np.ndarray, leaves_nan: bool = False) -> float:
    """The largest value of numbers that are in range; -1 of NaN alone."""
    if not array.size:
        return 0.0
    low, high = array.min(), array.max()
    if array.dtype.kind == "f" and np.isnan(low):
        if not leaves_nan:
            raise ValueError(f"{NO_NAN}. Received: {describe_values(array)}")
        numbers = array[~np.isnan(array)]
        if not numbers.size:
            return -1.0
        low, high = numbers.min(), numbers.max()
    if not (low >= 0 and high <= BYTE_WHITE):
        is_float = array.dtype.kind == "f"
        expected, kind = (BYTES_OR_UNIT, "") if is_float else (BYTES_ONLY, f"{array.dtype} ")
        raise ValueError(f"{expected}. Received: {kind}values from {low:g} to {high:g}")
    return float(high)


def _white(highest: float) -> int:
    """The value of white in floats.

    A resized image in [0, 1] may reach 1.02. Read as one of [0, 255] it would be black, so a
    largest value between 1 and 2 is refused.
    """
    if UNIT_WHITE < highest < LEAST_BYTE_MAXIMUM:
        text = f"{highest:g}"
        text = f"{highest:.9g}" if text == "1" else text  # 1.0000002, after a division
        raise ValueError(f"{BYTES_OR_UNIT}. Received: values up to {text}, just above 1")
    return BYTE_WHITE if highest > UNIT_WHITE else UNIT_WHITE


def _check_use_of_range(dtype: np.dtype, highest: float, is_whole: bool = True) -> None:
    """Refuses integers of 0 and 1 alone: 1 may be white, or almost black."""
    if is_whole and highest == UNIT_WHITE:
        raise ValueError(f"{ONE_AS_WHITE}. Received: {dtype} images whose largest value is 1")
