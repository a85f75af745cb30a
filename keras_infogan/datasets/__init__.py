"""Datasets of our own, any TFDS dataset or folder in memory, and the input pipeline."""

from keras_infogan.datasets.basicprop import BasicPropConfig, BasicPropLine, BasicPropRectangles
from keras_infogan.datasets.basicprop_plus import (
    BASIC_PROP_PLUS_FACTORS,
    BasicPropPlus,
    render_basic_prop_plus,
)
from keras_infogan.datasets.decoding import Decoder
from keras_infogan.datasets.folder import decode_files, find_files, load_folder
from keras_infogan.datasets.folder_format import FolderFormat, choose_format
from keras_infogan.datasets.labeled import LabeledImages
from keras_infogan.datasets.loading import (
    IMAGE_FOLDER,
    ORDERED_LABELS,
    StoredImages,
    load_images,
    open_images,
)
from keras_infogan.datasets.pipeline import training_batches
from keras_infogan.datasets.rendered import combinations, count_combinations
from keras_infogan.datasets.sprites import SPRITE_FACTORS, Sprites, render_sprites

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
