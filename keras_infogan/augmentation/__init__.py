"""Generated images as labeled data: classes by a few labels, and what that is worth."""

from keras_infogan.augmentation.few_labels import accuracy, draw_labeled, train_on_few_labels
from keras_infogan.augmentation.generated import generate_values, label_images, write_dataset
from keras_infogan.augmentation.matching import (
    UNMATCHED,
    class_probabilities,
    match_values,
    read_matching,
)
from keras_infogan.augmentation.record import table
from keras_infogan.augmentation.run import augment_run, choose_code
from keras_infogan.augmentation.trial import AugmentationSettings, AugmentationTrial

__all__ = [
    "AugmentationSettings",
    "AugmentationTrial",
    "UNMATCHED",
    "accuracy",
    "augment_run",
    "choose_code",
    "class_probabilities",
    "draw_labeled",
    "generate_values",
    "label_images",
    "match_values",
    "read_matching",
    "table",
    "train_on_few_labels",
    "write_dataset",
]
