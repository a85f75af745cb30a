import numpy as np
import pytest

from keras_infogan import Categorical, LatentSpec, Uniform
from keras_infogan.datasets import LabeledImages
from keras_infogan.evaluation.groups import evaluate
from keras_infogan.evaluation.subject import Subject


def bars(places):
    images = np.zeros([len(places), 8, 8, 1], np.float32)
    images[np.arange(len(places)), 2 * np.asarray(places)] = 1.0
    return images


PLACES = np.arange(120) % 3
TRAINING = LabeledImages(bars(PLACES), {"place": PLACES})


class Model:
    """Draws a bright row at the place that its code says, in another order."""

    image_shape = (8, 8, 1)
    latents = LatentSpec(2, {"kind": Categorical(3)})

    def generate(self, latents):
        return bars((np.asarray(latents["kind"]) + 1) % 3)


def test_a_code_is_compared_with_what_is_read_from_the_images_it_makes():
    subject = Subject(Model(), bars(PLACES), {"place": PLACES}, training=lambda: TRAINING)
    scores = evaluate(subject, ["shown"]).scores
    assert scores == {"shown_accuracy/kind/place": pytest.approx(1.0)}


def test_it_is_left_out_without_codes_or_labels():
    subject = Subject(Model(), bars(PLACES), {}, training=lambda: TRAINING)
    assert "no labeled training" in evaluate(subject, ["shown"]).left_out["shown"]
    subject.model.latents = LatentSpec(2, {"style": Uniform(1)})
    assert "no categorical code" in evaluate(subject, ["shown"]).left_out["shown"]
    assert "no videos" in evaluate(subject, ["videos"]).left_out["videos"]


def test_a_background_that_moves_is_found():
    class Videos:
        image_shape = (4, 8, 8, 1)
        latents = LatentSpec(2)

        def generate(self, latents):
            flicker = np.tile([0.0, 1.0], 2).reshape(1, 4, 1, 1, 1)
            return np.broadcast_to(flicker, [len(latents["noise"]), 4, 8, 8, 1])

    still = np.zeros([6, 4, 8, 8, 1], np.float32)
    scores = evaluate(Subject(Videos(), still, {}), ["videos"]).scores
    assert scores == {"background_deviation": 0.5, "background_deviation/real": 0.0}
