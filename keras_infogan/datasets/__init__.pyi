"""Datasets of our own, any TFDS dataset or folder in memory, and the input pipeline."""

from .basicprop import BasicPropConfig, BasicPropLine, BasicPropRectangles
from .basicprop_plus import (
    BASIC_PROP_PLUS_FACTORS,
    BasicPropPlus,
    render_basic_prop_plus,
)
from .decoding import Decoder
from .folder import decode_files, find_files, load_folder
from .folder_format import FolderFormat, choose_format
from .labeled import LabeledImages
from .loading import (
    IMAGE_FOLDER,
    ORDERED_LABELS,
    StoredImages,
    load_images,
    open_images,
)
from .pipeline import training_batches
from .rendered import combinations, count_combinations
from .sprites import SPRITE_FACTORS, Sprites, render_sprites

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
    "FolderFormat",
    "LabeledImages",
    "Sprites",
    "StoredImages",
    "choose_format",
    "combinations",
    "count_combinations",
    "decode_files",
    "find_files",
    "load_folder",
    "load_images",
    "open_images",
    "render_basic_prop_plus",
    "render_sprites",
    "training_batches",
]
