import numpy as np
import pytest

from keras_infogan import LatentSpec
from keras_infogan.datasets import LabeledImages
from keras_infogan.evaluation.groups import evaluate
from keras_infogan.evaluation.subject import Subject
from keras_infogan.latents import GivenImage

SHAPE = (8, 8, 1)
POINTS = np.stack(np.unravel_index(np.arange(0, 64, 3), (8, 8)), axis=1)[:, None]


def spots(points):
    """One bright pixel for each image."""
    images = np.zeros([len(points), *SHAPE], np.uint8)
    rows, columns = np.asarray(points)[:, 0].T
    images[np.arange(len(points)), rows, columns] = 255
    return images


class Copy:
    """Returns what it is given."""

    image_shape = SHAPE
    latents = LatentSpec(2, given={"source": GivenImage(SHAPE, examples=1)})

    def generate(self, latents):
        return np.asarray(latents["source"])


class SpotReader:
    def read(self, images):
        places = np.asarray(images).reshape(len(images), -1).argmax(axis=1)
        return np.stack(np.unravel_index(places, (8, 8)), axis=1)[:, None]


def subject_of(keypoints, training=None):
    companions = {"source": spots((POINTS + [3, 4]) % 8), **keypoints}
    return Subject(Copy(), spots(POINTS), {}, companions=companions, training=training)


def test_the_distance_in_pixels(monkeypatch):
    """Each source's spot lies 3 rows and 4 columns away, or 5 back around, or 4 back."""
    training = LabeledImages(spots(POINTS), {}, companions={"keypoints": 4 * POINTS})
    read = []

    def train(images, keypoints, seed):
        read.append((images, keypoints))
        return SpotReader()

    monkeypatch.setattr("keras_infogan.evaluation.keypoints.train_keypoint_reader", train)
    subject = subject_of({"keypoints": 4 * POINTS}, lambda: training)
    scores = evaluate(subject, ["keypoints"], resamples=0).scores
    rows = np.where(POINTS[:, 0, 0] < 5, 3, 5)
    assert scores == {
        "keypoint_error": pytest.approx(np.sqrt(rows**2 + 16).mean()),
        "keypoint_error/real": 0.0,
    }
    np.testing.assert_array_equal(read[0][1], POINTS)  # stored in quarters of a pixel


def test_it_is_left_out(model, images):
    assert "without keypoints" in evaluate(subject_of({}), ["keypoints"]).left_out["keypoints"]
    with_points = subject_of({"keypoints": 4 * POINTS})
    assert "no training" in evaluate(with_points, ["keypoints"]).left_out["keypoints"]
    sourceless = subject_of({"keypoints": 4 * POINTS})
    sourceless.companions = {"keypoints": 4 * POINTS}
    assert "without the values" in evaluate(sourceless, ["keypoints"]).left_out["keypoints"]
    plain = Subject(model, images, {})
    assert "no other image" in evaluate(plain, ["keypoints"]).left_out["keypoints"]
