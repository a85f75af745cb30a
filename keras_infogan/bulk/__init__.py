"""Bulk generation and encoding: images from codes and codes from images, in shards."""

from keras_infogan.bulk.encoding import encode
from keras_infogan.bulk.engines import Engine
from keras_infogan.bulk.generation import generate
from keras_infogan.bulk.model import find_model
from keras_infogan.bulk.sources import Images, dataset_images, folder_images, parquet_images

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
