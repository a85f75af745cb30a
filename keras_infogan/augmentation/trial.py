"""Accuracy with a few labels per class: by real images, with generated images, and by codes."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Sequence

import numpy as np

from keras_infogan.augmentation.few_labels import (
    LabeledArrays,
    accuracy,
    train_on_few_labels,
)
from keras_infogan.augmentation.generated import label_images
from keras_infogan.augmentation.matching import class_probabilities, match_values
from keras_infogan.datasets import draw_labeled

# Accuracies of three classifiers, and the share of values whose class is the one that all labels
# of the test images vote for.
SCORES = ("real_accuracy", "generated_accuracy", "recognition_accuracy", "matched_values")


@dataclasses.dataclass(frozen=True)
class AugmentationSettings:
    """The extent of the measurement.

    Args:
        labels_per_class: numbers of labeled images per class.
        draws: draws of the labeled images, for each of those numbers.
        images_per_category: generated images per value of the code.
        updates: updates of each classifier.
        seed: int, the seed of all random draws.

    Raises:
        ValueError: a number below 1, or no numbers.
    """

    labels_per_class: Sequence[int] = (1, 5, 10, 100)
    draws: int = 5
    images_per_category: int = 1000
    updates: int = 1000
    seed: int = 0

    def __post_init__(self) -> None:
        counts = [self.draws, self.images_per_category, self.updates]
        if not self.labels_per_class or min(*self.labels_per_class, *counts) < 1:
            raise ValueError(f"All of these should be at least 1. Received: {self}")


@dataclasses.dataclass(frozen=True, eq=False)
class AugmentationTrial:
    """A trained model's images and codes, compared with labels.

    Args:
        training: images and labels from which the few labeled ones are drawn.
        test: images and labels that classifiers are tested on.
        class_count: K; classes are 0 to K - 1.
        recognize: images [N, H, W, C] -> Q(c|x), floats [N, V].
        generate: returns the images of each value, uint8 [V, P, H, W, C]; called at most once.
        settings: the extent of the measurement.
        matching: the class of each value, if a person gave it; None uses votes of the few labels.

    Examples:
        >>> values = infogan.augmentation.generate_values(model, "digit", 10, 2)
        >>> recognize = lambda images: model.recognize(images)["digit"].probs
        >>> data, settings = (images, labels), AugmentationSettings(updates=2)
        >>> trial = AugmentationTrial(data, data, 10, recognize, lambda: values, settings)
        >>> sorted(trial.measure_draw(per_class=2, draw=0))
        ['generated_accuracy', 'matched_values', 'real_accuracy', 'recognition_accuracy']
    """

    training: LabeledArrays
    test: LabeledArrays
    class_count: int
    recognize: Callable[[np.ndarray], np.ndarray]
    generate: Callable[[], np.ndarray]
    settings: AugmentationSettings
    matching: np.ndarray | None = None

    @functools.cached_property
    def generated(self) -> np.ndarray:
        """Images of each value, uint8 [V, P, H, W, C]."""
        return self.generate()

    @functools.cached_property
    def test_probabilities(self) -> np.ndarray:
        """Q(c|x) of the test images, floats [N, V]."""
        return np.asarray(self.recognize(self.test[0]))

    @functools.cached_property
    def true_matching(self) -> np.ndarray:
        """The class that all labels of the test images give each value."""
        return match_values(self.test_probabilities, self.test[1], self.class_count)

    def labeled_subset(self, per_class: int, draw: int) -> LabeledArrays:
        """The labeled images of a draw."""
        rows = draw_labeled(self.training[1], per_class, [self.settings.seed, draw])
        return self.training[0][rows], self.training[1][rows]

    def match(self, few: LabeledArrays) -> np.ndarray:
        """The class of each value: as given, or by the votes of a few labeled images."""
        if self.matching is not None:
            return self.matching
        return match_values(self.recognize(few[0]), few[1], self.class_count)

    def measure_draw(
        self, per_class: int, draw: int, progress: Callable[[], None] = lambda: None
    ) -> dict[str, float]:
        """The scores of one draw, each under its name of `SCORES`.

        Args:
            per_class: labeled images of each class.
            draw: its number, from 0.
            progress: called after each of two trainings.
        """
        few = self.labeled_subset(per_class, draw)
        matching = self.match(few)
        scores = []
        for generated in (None, label_images(self.generated, matching)):
            seed = self.settings.seed + draw
            classifier = train_on_few_labels(
                few, generated, self.class_count, self.settings.updates, seed
            )
            scores.append(accuracy(classifier, *self.test))
            progress()
        read = class_probabilities(self.test_probabilities, matching, self.class_count)
        scores.append(float(np.mean(read.argmax(axis=1) == self.test[1])))
        scores.append(float(np.mean(matching == self.true_matching)))
        return dict(zip(SCORES, scores, strict=True))
