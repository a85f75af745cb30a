"""Any TFDS image dataset, a folder of images, or arrays in files, as arrays in memory."""

from keras_infogan.datasets.arrays import find_array_format, load_arrays
from keras_infogan.datasets.decoding import Decoder, ImageFormat
from keras_infogan.datasets.folder import FolderOptions, load_folder
from keras_infogan.datasets.folder_format import choose_format
from keras_infogan.datasets.labeled import LabeledImages
from keras_infogan.datasets.picture import BACKGROUND, PictureReader
from keras_infogan.datasets.prepared import find_builder
from keras_infogan.datasets.splits import TEST_SHARE
from keras_infogan.datasets.stored import StoredImages, open_split, read_split

IMAGE_FOLDER, IMAGE_ARRAYS = "image_folder", "image_arrays"
# Data that a path names, and what a report calls it.
AT_A_PATH = {IMAGE_FOLDER: "folder", IMAGE_ARRAYS: "arrays"}

# Labels of our datasets and of TFDS's dsprites whose classes are points on a line.
ORDERED_LABELS = frozenset(
    [
        *("left_height", "right_height"),
        *("ratio", "scale", "orientation", "x", "y"),
        *("label_scale", "label_orientation", "label_x_position", "label_y_position"),
    ]
)


def load_images(
    name: str,
    split: str,
    data_dir: str | None = None,
    *,
    path: str | None = None,
    image_size: tuple[int, int] | None = None,
    channels: int | None = None,
    background: str = BACKGROUND,
    test_share: float = TEST_SHARE,
    skip_damaged: bool = False,
) -> LabeledImages:
    """Loads one split of a TFDS dataset that has an `image` feature, of a folder, or of arrays.

    A dataset that is not prepared yet is prepared first: BasicProp and sprites are drawn here, TFDS
    downloads others.

    Args:
        name: a TFDS name, such as "mnist" or "basic_prop_line/clean"; or "image_folder" or
            "image_arrays".
        split: a TFDS split, such as "train" or "test[:10%]".
        data_dir: the folder of prepared datasets; the default is the environment variable
            TFDS_DATA_DIR, then TFDS's default.
        path: what "image_folder" or "image_arrays" reads, see `load_folder` and `load_arrays`; None
            or "" for every other dataset.
        image_size: (height, width) in pixels that images are cropped and resized to, see
            `Decoder`; None or () keeps the stored size.
        channels: 1 for gray, 3 for red, green and blue; None or 0 keeps what is stored.
        background: of a folder: the color behind transparent parts, see `PictureReader`.
        test_share: of a folder or a single file of arrays: the share of the split "test", see
            `choose_files` and `load_arrays`.
        skip_damaged: of a folder: whether images that cannot be read are left out.

    Returns:
        The split's images in the order of its files. The labels are, by name, every ClassLabel
        feature and every feature that is true (1) or false (0); a nested feature has a name such as
        "attributes/Smiling". The companions are every text, every fixed number of texts, and every
        further uint8 image or array of known shape. Black and white are 0 and 255, also if a
        dataset stores 0 and 1.

    Raises:
        ValueError: an unknown dataset, configuration, version or split, images that are not
            uint8 images of one size, videos with an image_size or channels, a bad image_size,
            channels, background or test_share, or a path where there should be none or none where
            there should be one.
        TypeError: a name or a split that is no text.
        OSError: a dataset that cannot be found, prepared or read.

    Examples:
        >>> data = load_images("basic_prop_line", "test", data_dir="tfds")   # doctest: +SKIP
        >>> data.images.shape   # doctest: +SKIP
        (10000, 28, 28, 1)
        >>> faces = load_images("celeb_a", "train", image_size=(32, 32))   # doctest: +SKIP
        >>> chairs = load_images("image_folder", "train", path="/data/chairs")   # doctest: +SKIP
        >>> coil = load_images("image_arrays", "train", path="/data/coil.npz")   # doctest: +SKIP
    """
    _check_texts(name=name, split=split)
    if bool(path) != (name in AT_A_PATH):
        raise ValueError(
            f"path should name a folder if the dataset is {IMAGE_FOLDER!r}, a folder or an .npz "
            f"file if it is {IMAGE_ARRAYS!r}, and be empty otherwise. "
            f"Received: path={path!r}, name={name!r}"
        )
    if path and name == IMAGE_ARRAYS:
        return load_arrays(path, split, image_size, channels, test_share)
    if path:
        reader = PictureReader(image_size, channels, background)
        return load_folder(path, split, reader, FolderOptions(test_share, skip_damaged))
    return read_split(open_images(name, split, data_dir, Decoder(image_size, channels)))


def find_format(name: str, path: str, skip_damaged: bool = False) -> ImageFormat:
    """The size and the channels to train on by default, of data that a path names.

    Those of arrays are their own. Those of a folder are chosen, see `choose_format`.

    Args:
        name: "image_folder" or "image_arrays".
        path, skip_damaged: as for `load_images`.

    Raises:
        OSError: data that cannot be read.
        ValueError: arrays of several sizes, or as for `load_arrays`.

    Examples:
        >>> np.savez("digits.npz", images=images)
        >>> find_format("image_arrays", "digits.npz").image_size
        (28, 28)
    """
    if name == IMAGE_ARRAYS:
        return find_array_format(path)
    return choose_format(path, skip_damaged)


def open_images(
    name: str, split: str, data_dir: str | None = None, decoder: Decoder | None = None
) -> StoredImages:
    """Opens one split of a TFDS dataset without loading it; otherwise as `load_images`.

    Examples:
        >>> stored = open_images("mnist", "test")   # doctest: +SKIP
        >>> sum(len(batch) for batch in stored.images(0, stored.count))   # doctest: +SKIP
        10000
    """
    _check_texts(name=name, split=split)
    return open_split(find_builder(name, data_dir), split, decoder or Decoder())


def _check_texts(**values: object) -> None:
    for name, value in values.items():
        if not isinstance(value, str):
            raise TypeError(f"`{name}` should be text. Received: {name}={value!r}")
