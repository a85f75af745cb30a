"""Generated images as labeled data: classes by a few labels, and what that is worth."""

from .few_labels import accuracy, train_on_few_labels
from .generated import generate_values, label_images, write_dataset
from .matching import (
    UNMATCHED,
    class_probabilities,
    match_values,
    read_matching,
)
from .record import table
from .run import augment_run, choose_code
from .trial import AugmentationSettings, AugmentationTrial

__all__ = [
    "AugmentationSettings",
    "AugmentationTrial",
    "UNMATCHED",
    "accuracy",
    "augment_run",
    "choose_code",
    "class_probabilities",
    "generate_values",
    "label_images",
    "match_values",
    "read_matching",
    "table",
    "train_on_few_labels",
    "write_dataset",
]
