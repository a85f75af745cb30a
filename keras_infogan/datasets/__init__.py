"""Datasets of our own, any TFDS dataset in memory, and the input pipeline."""

from keras_infogan.datasets.basicprop import (
    BasicPropConfig,
    BasicPropLine,
    BasicPropRectangles,
)
from keras_infogan.datasets.loading import LabeledImages, load_images
from keras_infogan.datasets.pipeline import training_batches

__all__ = [
    "BasicPropConfig",
    "BasicPropLine",
    "BasicPropRectangles",
    "LabeledImages",
    "load_images",
    "training_batches",
]
