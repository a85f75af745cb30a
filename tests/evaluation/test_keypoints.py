import numpy as np
import pytest

from keras_infogan import LatentSpec
from keras_infogan.datasets import LabeledImages, heat_maps
from keras_infogan.evaluation.groups import evaluate
from keras_infogan.evaluation.subject import Subject
from keras_infogan.latents import GivenImage

COUNT = 256


def points():
    return np.random.default_rng(0).integers(2, 6, [COUNT, 1, 2])


class Model:
    """Moves each point by two columns."""

    image_shape = (8, 8, 1)
    latents = LatentSpec(1, given={"source": GivenImage((8, 8, 1), 2)})

    def generate(self, latents):
        return np.roll(latents["source"], 2, axis=2)


def test_the_error_is_a_distance_in_pixels():
    images = heat_maps(points(), 8).astype(np.float32)
    companions = {"source": images, "keypoints": (4 * points()).astype(np.uint8)}
    training = LabeledImages(images, {}, companions=companions)
    subject = Subject(Model(), images, {}, companions=companions, training=lambda: training)
    scores = evaluate(subject, ["keypoints"]).scores
    assert scores["keypoint_error/real"] < 0.5
    assert scores["keypoint_error"] == pytest.approx(2.0, abs=0.7)


def test_it_is_left_out_without_keypoints():
    subject = Subject(Model(), np.zeros([2, 8, 8, 1]), {})
    assert "without keypoints" in evaluate(subject, ["keypoints"]).left_out["keypoints"]
