import numpy as np
import pytest

from keras_infogan import Categorical, LatentSpec, Uniform, metrics
from keras_infogan.evaluation.given import read_codes
from keras_infogan.evaluation.groups import evaluate
from keras_infogan.evaluation.subject import Subject
from keras_infogan.latents import GivenClass, GivenImage, GivenText

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
    assert measured(0).left_out == {"given": "the model is given nothing with an image"}
    assert "other classes" in measured(4).left_out["given"]
    subject = Subject(Bars(3), bars(np.arange(3)), {})
    assert "no classifier" in evaluate(subject, ["given"]).left_out["given"]


class PlaceReader:
    """Reads the bright row of `bars`, and for every image a second label of 0."""

    def read(self, images):
        rows = np.asarray(images)[:, :, 0, 0].argmax(axis=1)
        return {"place": rows // 2, "shade": np.zeros(len(rows), int)}


class Texts(Bars):
    """Draws the bar that a text names; every fourth is wrong."""

    def __init__(self):
        text = GivenText(["first", "second", "third"], 1, examples=["first"])
        self.latents = LatentSpec(2, given={"caption": text})

    def generate(self, latents):
        return super().generate({"place": np.asarray(latents["caption"])[:, 0, 0] - 2})


def test_labels_are_read_from_images_of_the_test_images_texts():
    """The text does not tell the shade: 1 in every third image, and the reader says 0."""
    places = np.arange(120) % 3
    words = np.array(["first", "second", "third"], object)
    labels = {"place": places, "shade": (places == 0).astype(int)}
    companions = {"caption": words[places]}
    subject = Subject(Texts(), bars(places), labels, companions=companions, reader=PlaceReader)
    found = evaluate(subject, ["given"])
    assert found.scores == pytest.approx(
        {
            "given_accuracy/place": 0.75,
            "given_accuracy/shade": 2 / 3,
            "reader_accuracy/place": 1.0,
            "reader_accuracy/shade": 2 / 3,
        }
    )
    low, high = found.intervals["given_accuracy/place"]
    assert low < 0.75 < high


class Posterior:
    """Q's answer: the codes that were told to it."""

    def __init__(self, values):
        self.probs = np.eye(4)[values] if values.ndim == 1 else None
        self._values = values

    def mean(self):
        return self._values


class Brighter:
    """Adds a code's tenths, and a style, to the given image; Q reads 2 tenths and 1.5."""

    image_shape = SHAPE

    def __init__(self):
        codes = {"tenths": Categorical(4), "style": Uniform(1)}
        self.latents = LatentSpec(2, codes, given={"source": GivenImage(SHAPE, examples=1)})

    def generate(self, latents):
        added = np.asarray(latents["tenths"])[:, None] / 10.0 + 0.0 * np.asarray(latents["style"])
        return np.asarray(latents["source"]) + added[:, :, None, None].astype(np.float32)

    def recognize(self, images):
        return {
            "tenths": Posterior(np.full(len(images), 2)),
            "style": Posterior(np.full([len(images), 1], 1.5, np.float32)),
        }


def test_the_distance_to_the_target():
    """The targets are 0.3 brighter than the sources: with the codes read, 0.2, 0.1 is missing."""
    sources = np.full([700, *SHAPE], 0.1, np.float32)  # more than one pass
    subject = Subject(Brighter(), sources + 0.3, {}, companions={"source": sources})
    found = evaluate(subject, ["given"], resamples=0)
    assert found.scores["target_distance"] == pytest.approx(0.1, abs=1e-5)
    # Of drawn tenths 0 to 3 the distances are 0.3, 0.2, 0.1 and 0.
    assert found.scores["target_distance/drawn_codes"] == pytest.approx(0.15, abs=0.02)
    assert found.left_out == {"given": "the test images have no labels"}


def test_values_that_are_not_known_are_a_reason():
    subject = Subject(Texts(), bars(np.arange(3)), {})
    assert "without the values" in evaluate(subject, ["given"]).left_out["given"]
    with pytest.raises(ValueError, match=r"a value of each given input.* companions \[\]"):
        subject.answers()


def test_codes_that_are_read():
    codes = read_codes(Brighter(), np.zeros([3, *SHAPE]))
    assert codes["tenths"].tolist() == [2, 2, 2]
    assert codes["style"].tolist() == [[1.0]] * 3  # the highest value of a uniform code
