import numpy as np
import pytest

from keras_infogan.augmentation import accuracy, few_labels, train_on_few_labels


@pytest.fixture(scope="module")
def halves():
    """Makes 8 x 8 images, bright above (0) or below (1), and noise."""

    def make(count, seed):
        generator = np.random.default_rng(seed)
        labels = np.arange(count) % 2
        images = generator.integers(0, 100, [count, 2, 4, 8, 1])
        images[np.arange(count), labels] += 120
        return images.reshape(count, 8, 8, 1).astype(np.uint8), labels

    return make


def test_both_trainings_see_equally_many_images_half_of_them_generated(monkeypatch, halves):
    seen = []

    def fit(network, batches, updates):
        seen.append([labels.numpy().tolist() for _, labels in batches])

    monkeypatch.setattr(few_labels, "fit_classifier", fit)
    images = halves(6, 0)[0]
    real, generated = (images, np.arange(6)), (images, np.arange(6) + 10)
    train_on_few_labels(real, None, 16, updates=3)
    train_on_few_labels(real, generated, 16, updates=3)
    for alone, mixed in zip(*seen, strict=True):
        assert len(alone) == len(mixed) == few_labels.BATCH_SIZE
        assert sum(label >= 10 for label in mixed) == few_labels.BATCH_SIZE // 2
    counts = np.bincount(np.concatenate(seen[0]))
    assert counts.tolist() == [32] * 6  # all of them before one comes again


@pytest.mark.slow
def test_generated_images_make_up_for_labels(halves):
    test, generated = halves(100, 1), halves(64, 3)
    images, _ = halves(2, 2)
    bright_above = images[[0, 0]], np.array([0, 0])
    alone = train_on_few_labels(bright_above, None, 2, updates=40)
    both = train_on_few_labels(bright_above, generated, 2, updates=40)
    assert accuracy(alone, *test) == 0.5  # it knows of one class
    assert accuracy(both, *test) > 0.9
