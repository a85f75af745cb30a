"""The image size and channels to train on by default, chosen from the images of a folder."""

import math
import statistics
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from keras_infogan.datasets.decoding import ImageFormat
from keras_infogan.datasets.folder import SKIPPING, describe_damage, unreadable
from keras_infogan.datasets.folder_files import find_files
from keras_infogan.datasets.picture import Header, UnreadablePictureError, read_header
from keras_infogan.runtime.files import user_path

# The squares that images become. Larger sizes should be asked for: twice the side is four times the
# work, and needs more images and more updates than a first trial has.
SIDES = (32, 48, 64)
# A size that all images share is kept within these limits, if networks can halve it twice.
SMALLEST, LARGEST, MULTIPLE = 8, 128, 4

_CHANNELS = {True: 3, False: 1}


def choose_format(path: str, skip_damaged: bool = False) -> ImageFormat:
    """Chooses the format of a folder's images from their headers, without decoding them.

    A size that all images share is kept, if its sides are multiples of 4 from 8 to 128. Otherwise
    the images become squares. Their side is 32, 48 or 64 pixels: the largest that half of the
    images reach, or 32 if the images are smaller. They become gray if all images are gray.

    Args:
        path: a folder of images, see `load_folder`.
        skip_damaged: whether images whose header cannot be read are left out.

    Raises:
        OSError: no such folder, no images in it, or images whose headers cannot be read.

    Examples:
        >>> Path("birds").mkdir()
        >>> for number, image in enumerate(images[:4]):
        ...     written = Path(f"birds/{number}.png").write_bytes(tf.io.encode_png(image).numpy())
        >>> choose_format("birds")
        ImageFormat(image_size=(28, 28), channels=1, found='4 images, 28x28, gray')
    """
    folder = user_path(path)
    headers = _read_headers([folder / file for file in find_files(folder)], skip_damaged)
    sizes = Counter(header.size for header in headers)
    in_color = [header.is_in_color for header in headers]
    found = f"{len(headers)} images, {_range(sizes)}, {_color(in_color)}"
    return ImageFormat(_choose_size(sizes), _CHANNELS[any(in_color)], found)


def _read_headers(paths: Sequence[Path], skip_damaged: bool) -> list[Header]:
    headers: list[Header] = []
    damaged: list[str] = []
    for path in paths:
        try:
            headers.append(read_header(path))
        except UnreadablePictureError as error:
            damaged.append(describe_damage(path, error))
    if damaged and not (skip_damaged and headers):
        raise unreadable(damaged, SKIPPING)
    return headers


def _choose_size(sizes: Counter[tuple[int, int]]) -> tuple[int, int]:
    (first, *others) = sizes
    if not others and all(n % MULTIPLE == 0 and SMALLEST <= n <= LARGEST for n in first):
        return first
    median = statistics.median_high(min(size) for size in sizes.elements())
    side = max((side for side in SIDES if side <= median), default=SIDES[0])
    return side, side


def _range(sizes: Counter[tuple[int, int]]) -> str:
    ordered = ["x".join(map(str, size)) for size in sorted(sizes, key=math.prod)]
    return ordered[0] if len(ordered) == 1 else f"from {ordered[0]} to {ordered[-1]}"


def _color(in_color: list[bool]) -> str:
    if all(in_color):
        return "in color"
    return "some in color" if any(in_color) else "gray"
