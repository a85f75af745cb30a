import pytest

from keras_infogan import metrics
from keras_infogan.augmentation import trial


@pytest.fixture
def untrained(monkeypatch):
    """Classifiers of few labels are what they begin as."""

    def train(few, generated, class_count, updates, seed):
        return metrics.Extractor("few", metrics.build_classifier("few", few[0].shape[1:], 3))

    monkeypatch.setattr(trial, "train_on_few_labels", train)
