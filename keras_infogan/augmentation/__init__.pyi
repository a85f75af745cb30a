"""Generated images as labelled data: classes by a few labels, and what that is worth."""

from .few_labels import accuracy, draw_few, train_on_few
from .generated import generate_values, label_images, write_dataset
from .matching import (
    UNMATCHED,
    class_probabilities,
    match_values,
    read_matching,
)
from .record import table
from .run import augment_run, choose_code
from .trial import Settings, Trial

__all__ = [
    "Settings",
    "Trial",
    "UNMATCHED",
    "accuracy",
    "augment_run",
    "choose_code",
    "class_probabilities",
    "draw_few",
    "generate_values",
    "label_images",
    "match_values",
    "read_matching",
    "table",
    "train_on_few",
    "write_dataset",
]
