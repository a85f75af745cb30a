"""Much data: images of codes and codes of images, in shards, on one machine or many."""

from .encoding import encode
from .engines import Engine
from .generation import generate
from .model import find_model
from .sources import Images, dataset_images, folder_images, parquet_images

__all__ = [
    "Engine",
    "Images",
    "dataset_images",
    "encode",
    "find_model",
    "folder_images",
    "generate",
    "parquet_images",
]
