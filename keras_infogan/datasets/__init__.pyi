"""Datasets of our own, any TFDS dataset, folder or arrays in memory, and the input pipeline."""

from .array_files import ArrayFile, find_array_files, read_array_file
from .arrays import find_array_format, load_arrays
from .basicprop import BasicPropConfig, BasicPropLine, BasicPropRectangles
from .basicprop_plus import (
    BASIC_PROP_PLUS_FACTORS,
    BasicPropPlus,
    render_basic_prop_plus,
)
from .captioned_sprites import (
    CAPTION_FACTORS,
    CaptionedSprites,
    render_captioned_sprites,
    write_captions,
)
from .decoding import Decoder, ImageFormat
from .folder import FolderOptions, decode_files, load_folder
from .folder_files import FolderFiles, find_files, read_folder
from .folder_format import choose_format
from .folder_splits import choose_files
from .gray_and_colored import (
    GRAY_AND_COLORED_FACTORS,
    GrayAndColored,
    render_gray_and_colored,
)
from .keypoints import heat_maps
from .labeled import LabeledImages, PictureNotes
from .labeled_draw import draw_labeled
from .loading import (
    AT_A_PATH,
    IMAGE_ARRAYS,
    IMAGE_FOLDER,
    ORDERED_LABELS,
    find_format,
    load_images,
    open_images,
)
from .moving_sprites import MOVING_FACTORS, MovingSprites, render_moving_sprites
from .picture import Picture, PictureReader, UnreadablePictureError
from .pipeline import training_batches
from .rendered import combinations, count_combinations
from .sprite_stories import STORY_FACTORS, SpriteStories, render_stories, write_stories
from .sprites import SPRITE_FACTORS, Sprites, render_sprites
from .stick_figures import FIGURE_FACTORS, StickFigures, draw_poses, render_figures
from .stored import StoredImages

__all__ = [
    "CAPTION_FACTORS",
    "CaptionedSprites",
    "render_captioned_sprites",
    "write_captions",
    "GRAY_AND_COLORED_FACTORS",
    "GrayAndColored",
    "render_gray_and_colored",
    "heat_maps",
    "MOVING_FACTORS",
    "MovingSprites",
    "render_moving_sprites",
    "FIGURE_FACTORS",
    "StickFigures",
    "draw_poses",
    "render_figures",
    "AT_A_PATH",
    "BASIC_PROP_PLUS_FACTORS",
    "IMAGE_ARRAYS",
    "IMAGE_FOLDER",
    "ORDERED_LABELS",
    "SPRITE_FACTORS",
    "STORY_FACTORS",
    "ArrayFile",
    "BasicPropConfig",
    "BasicPropLine",
    "BasicPropPlus",
    "BasicPropRectangles",
    "Decoder",
    "FolderFiles",
    "FolderOptions",
    "ImageFormat",
    "LabeledImages",
    "Picture",
    "PictureNotes",
    "PictureReader",
    "SpriteStories",
    "Sprites",
    "StoredImages",
    "UnreadablePictureError",
    "choose_files",
    "choose_format",
    "combinations",
    "count_combinations",
    "decode_files",
    "draw_labeled",
    "find_array_files",
    "find_array_format",
    "find_files",
    "find_format",
    "load_arrays",
    "load_folder",
    "load_images",
    "open_images",
    "read_array_file",
    "read_folder",
    "render_basic_prop_plus",
    "render_sprites",
    "render_stories",
    "training_batches",
    "write_stories",
]
