import numpy as np
import pytest

from keras_infogan import Categorical, LatentSpec, metrics
from keras_infogan.datasets import LabeledImages
from keras_infogan.evaluation.groups import evaluate
from keras_infogan.evaluation.subject import Subject
from keras_infogan.latents import GivenClass, GivenText

SHAPE = (8, 8, 1)


class Bars:
    """Draws a bright row, whose place is the class that it is given; every fourth is wrong."""

    image_shape = SHAPE

    def __init__(self, classes):
        self.latents = LatentSpec(2, given={"place": GivenClass(classes)} if classes else {})

    def generate(self, latents):
        wrong = np.arange(len(latents["place"])) % 4 == 0
        return bars((np.asarray(latents["place"]) + wrong) % 3)


def bars(places):
    images = np.zeros([len(places), *SHAPE], np.float32)
    images[np.arange(len(places)), 2 * places] = 1.0
    return images


def measured(classes):
    images = bars(np.arange(120) % 3)

    def extractor():
        return metrics.train_classifier("bars", images, np.arange(120) % 3, epochs=20, batch_size=8)

    return evaluate(Subject(Bars(classes), images, {}, extractor=extractor), ["given"])


def test_the_share_of_images_that_show_the_class():
    assert measured(3).scores["given_accuracy/place"] == pytest.approx(0.75)


def test_it_is_left_out_without_classes():
    assert measured(0).left_out == {"given": "the model is given nothing with its images"}
    assert "other classes" in measured(4).left_out["given"]
    subject = Subject(Bars(3), bars(np.arange(3)), {})
    assert "no classifier" in evaluate(subject, ["given"]).left_out["given"]


class Lines:
    """Draws the row that its text names; the shade is a code of two values."""

    image_shape = SHAPE
    words = ("one", "two", "three")

    def __init__(self):
        text = GivenText(self.words, 1, examples=self.words)
        self.latents = LatentSpec(2, {"shade": Categorical(2)}, given={"text": text})

    def generate(self, latents):
        places = np.asarray(latents["text"])[:, 0, 0] - 2
        return bars(places) * (0.5 + 0.5 * np.asarray(latents["shade"]))[:, None, None, None]


def test_labels_are_read_from_the_images_that_a_text_makes():
    places, shades = np.arange(120) % 3, (np.arange(120) // 3) % 2
    images = bars(places) * (0.5 + 0.5 * shades)[:, None, None, None]
    labels = {"place": places, "shade": shades}
    texts = np.array(Lines.words, object)[places]
    subject = Subject(
        Lines(),
        images.astype(np.float32),
        labels,
        companions={"text": texts},
        training=lambda: LabeledImages(images.astype(np.float32), labels),
    )
    scores = evaluate(subject, ["given"]).scores
    assert scores["given_accuracy/place"] == scores["reader_accuracy/place"] == 1.0
    assert scores["given_accuracy/shade"] == pytest.approx(0.5, abs=0.15)  # no text tells it
