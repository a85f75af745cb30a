"""The image size and channels to train on by default, chosen from the images of a folder."""

import dataclasses
import math
import statistics
from collections import Counter
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from keras_infogan.datasets.folder import find_files, unreadable

# The squares that images become. Larger sizes should be asked for: twice the side is four times the
# work, and needs more images and more updates than a first trial has.
SIDES = (32, 48, 64)
# A size that all images share is kept within these limits, if networks can halve it twice.
SMALLEST, LARGEST, MULTIPLE = 8, 128, 4

_GRAY = frozenset(["1", "L", "LA", "La", "I", "I;16", "I;16B", "F"])  # Pillow's modes
_CHANNELS = {True: 3, False: 1}


@dataclasses.dataclass(frozen=True)
class FolderFormat:
    """A size and a number of channels that suit all images of a folder, and a description.

    Args:
        image_size: (height, width) in pixels.
        channels: 1 for gray, 3 for red, green and blue.
        found: for people: the number of images, their sizes as HEIGHTxWIDTH, gray or in color.
    """

    image_size: tuple[int, int]
    channels: int
    found: str


def choose_format(path: str) -> FolderFormat:
    """Chooses the format of a folder's images from their headers, without decoding them.

    A size that all images share is kept, if its sides are multiples of 4 from 8 to 128. Otherwise
    the images become squares. Their side is 32, 48 or 64 pixels: the largest that half of the
    images reach, or 32 if the images are smaller. They become gray if all images are gray.

    Args:
        path: a folder of PNG and JPEG images, see `load_folder`.

    Raises:
        OSError: no such folder, no images in it, or an image that cannot be read.

    Examples:
        >>> Path("birds").mkdir()
        >>> for number, image in enumerate(images[:4]):
        ...     written = Path(f"birds/{number}.png").write_bytes(tf.io.encode_png(image).numpy())
        >>> choose_format("birds")
        FolderFormat(image_size=(28, 28), channels=1, found='4 images, 28x28, gray')
    """
    folder = Path(path).expanduser()
    headers = [_read_header(folder / file) for file in find_files(folder)]
    sizes = Counter(size for size, _ in headers)
    in_color = [is_in_color for _, is_in_color in headers]
    found = f"{len(headers)} images, {_range(sizes)}, {_color(in_color)}"
    return FolderFormat(_choose_size(sizes), _CHANNELS[any(in_color)], found)


def _read_header(path: Path) -> tuple[tuple[int, int], bool]:
    """(height, width) of an image, and whether it is in color."""
    try:
        with Image.open(path) as image:
            return (image.height, image.width), image.mode not in _GRAY
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise unreadable(path) from error


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
