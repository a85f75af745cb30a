import numpy as np
import pytest

from keras_infogan import LatentSpec
from keras_infogan.datasets import LabeledImages, heat_maps
from keras_infogan.evaluation import keypoints as module
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


class Network:
    """Finds the brightest pixel."""

    def predict_on_batch(self, images):
        brightest = images.reshape(len(images), -1).argmax(axis=1)
        return np.stack(np.unravel_index(brightest, (8, 8)), axis=1) / 8


def test_the_error_is_a_distance_in_pixels(monkeypatch):
    monkeypatch.setattr(module, "train_keypoint_network", lambda images, keypoints: Network())
    images = heat_maps(points(), 8).astype(np.float32)
    companions = {"source": images, "keypoints": (4 * points()).astype(np.uint8)}
    training = LabeledImages(images, {}, companions=companions)
    subject = Subject(Model(), images, {}, companions=companions, training=lambda: training)
    scores = evaluate(subject, ["keypoints"]).scores
    assert scores["keypoint_error/real"] == 0.0
    moved = np.where(points()[:, 0, 1] < 6, 2.0, 6.0).mean()
    assert scores["keypoint_error"] == pytest.approx(moved)


def test_a_network_finds_a_keypoint_in_heights_of_the_image():
    images = heat_maps(points(), 8).astype(np.float32)
    network = module.train_keypoint_network(images, points(), updates=2)
    assert network.predict_on_batch(images[:2]).shape == (2, 2)


def test_it_is_left_out_without_keypoints():
    subject = Subject(Model(), np.zeros([2, 8, 8, 1]), {})
    assert "without keypoints" in evaluate(subject, ["keypoints"]).left_out["keypoints"]
