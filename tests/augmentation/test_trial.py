import numpy as np
import pytest

from keras_infogan.augmentation import AugmentationSettings, AugmentationTrial, trial

KINDS = np.arange(12) % 3
IMAGES = np.tile(KINDS[:, None, None, None], [1, 4, 4, 1]).astype(np.uint8)
CLASSES = (KINDS + 1) % 3  # the code calls the classes by other names
MATCHING = [1, 2, 0]
SETTINGS = AugmentationSettings(labels_per_class=(2,), draws=1, images_per_category=2, updates=7)


def recognize(images):
    """A perfect Q: the image's gray is the value of the code."""
    return np.eye(3)[images[:, 0, 0, 0]]


def make(matching=None, generate=lambda: np.zeros([3, 2, 4, 4, 1], np.uint8)):
    data = (IMAGES, CLASSES)
    return AugmentationTrial(data, data, 3, recognize, generate, SETTINGS, matching)


@pytest.fixture
def trained(monkeypatch):
    """What classifiers were trained on; they answer with the number of their generated images."""
    calls = []

    def train(few, generated, class_count, updates, seed):
        calls.append((few[1].tolist(), generated and generated[1].tolist(), updates, seed))
        return 0 if generated is None else len(generated[1])

    monkeypatch.setattr(trial, "train_on_few_labels", train)
    monkeypatch.setattr(trial, "accuracy", lambda count, images, labels: count / 10)
    return calls


def test_both_classifiers_see_the_same_labels_and_one_sees_generated_images(trained):
    told = []
    scores = make().measure_draw(per_class=2, draw=3, progress=lambda: told.append(len(trained)))
    few = [0, 0, 1, 1, 2, 2]
    assert trained == [(few, None, 7, 3), (few, [1, 1, 2, 2, 0, 0], 7, 3)]
    assert told == [1, 2]
    assert scores == {
        "real_accuracy": 0.0,
        "generated_accuracy": 0.6,
        "recognition_accuracy": 1.0,
        "matched_values": 1.0,
    }


def test_a_matching_by_hand_is_taken_as_it_is(trained):
    scores = make(matching=np.array([1, -1, 1])).measure_draw(per_class=2, draw=0)
    assert trained[1][1] == [1, 1, 1, 1]
    assert scores["matched_values"] == pytest.approx(1 / 3)  # value 0 alone, as all labels say


def test_votes_match_values_with_classes():
    assert make().true_matching.tolist() == MATCHING
    assert make().match(make().labeled_subset(per_class=2, draw=0)).tolist() == MATCHING


def test_a_draw_is_of_the_seed_and_its_number():
    first, again, other = (make().labeled_subset(1, draw)[0] for draw in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert [image.shape for image in (first, other)] == [(3, 4, 4, 1)] * 2


def test_images_are_generated_once():
    calls = []

    def generate():
        calls.append("generated")
        return np.zeros([3, 2, 4, 4, 1], np.uint8)

    made = make(generate=generate)
    assert made.generated is made.generated
    assert calls == ["generated"]


@pytest.mark.usefixtures("untrained")
def test_the_recognition_network_alone_is_a_classifier():
    """Four images that are read rightly but for the last, and a draw that says so."""
    read = np.array([[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.7, 0.3]])
    images = np.tile(np.arange(4, dtype=np.uint8)[:, None, None, None], [1, 8, 8, 1])
    labeled = images, np.array([1, 1, 0, 0])

    def recognize(images):
        return read[images[:, 0, 0, 0]]

    def generate():
        return np.zeros([2, 3, 8, 8, 1], np.uint8)

    settings = AugmentationSettings(labels_per_class=[2], draws=1, updates=1)
    scores = AugmentationTrial(labeled, labeled, 2, recognize, generate, settings).measure_draw(
        2, 0
    )
    assert scores["recognition_accuracy"] == 0.75
    assert scores["matched_values"] == 1.0
    given = AugmentationTrial(labeled, labeled, 2, recognize, generate, settings, np.array([0, 1]))
    assert given.measure_draw(2, 0)["recognition_accuracy"] == 0.25


def test_settings_below_one():
    with pytest.raises(ValueError, match="at least 1. Received: AugmentationSettings.*draws=0"):
        AugmentationSettings(draws=0)
    with pytest.raises(ValueError, match="at least 1. Received: "):
        AugmentationSettings(labels_per_class=[])
