"""Datasets of our own, any TFDS dataset or folder in memory, and the input pipeline."""

from .basicprop import BasicPropConfig, BasicPropLine, BasicPropRectangles
from .basicprop_plus import (
    BASIC_PROP_PLUS_FACTORS,
    BasicPropPlus,
    render_basic_prop_plus,
)
from .decoding import Decoder
from .folder import FolderOptions, decode_files, load_folder
from .folder_files import FolderFiles, find_files, read_folder
from .folder_format import FolderFormat, choose_format
from .folder_splits import choose_files
from .labeled import LabeledImages, PictureNotes
from .loading import IMAGE_FOLDER, ORDERED_LABELS, load_images, open_images
from .picture import Picture, PictureReader, UnreadablePictureError
from .pipeline import training_batches
from .rendered import combinations, count_combinations
from .sprites import SPRITE_FACTORS, Sprites, render_sprites
from .stored import StoredImages

__all__ = [
    "BASIC_PROP_PLUS_FACTORS",
    "IMAGE_FOLDER",
    "ORDERED_LABELS",
    "SPRITE_FACTORS",
    "BasicPropConfig",
    "BasicPropLine",
    "BasicPropPlus",
    "BasicPropRectangles",
    "Decoder",
    "FolderFiles",
    "FolderFormat",
    "FolderOptions",
    "LabeledImages",
    "Picture",
    "PictureNotes",
    "PictureReader",
    "Sprites",
    "StoredImages",
    "UnreadablePictureError",
    "choose_files",
    "choose_format",
    "combinations",
    "count_combinations",
    "decode_files",
    "find_files",
    "load_folder",
    "load_images",
    "open_images",
    "read_folder",
    "render_basic_prop_plus",
    "render_sprites",
    "training_batches",
]
