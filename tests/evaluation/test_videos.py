import numpy as np
import pytest

from keras_infogan import LatentSpec
from keras_infogan.evaluation.groups import evaluate
from keras_infogan.evaluation.subject import Subject


class Flicker:
    """Videos that are black, then white: each pixel deviates by 1/2."""

    image_shape = (2, 4, 4, 1)
    latents = LatentSpec(2)

    def generate(self, latents):
        videos = np.zeros([len(latents["noise"]), *self.image_shape], np.float32)
        videos[:, 1] = 1.0
        return videos


def test_backgrounds_of_generated_and_real_videos():
    subject = Subject(Flicker(), np.full([3, 2, 4, 4, 1], 9, np.uint8), {})
    scores = evaluate(subject, ["videos"]).scores
    assert scores == {"background_deviation": pytest.approx(0.5), "background_deviation/real": 0.0}


def test_measures_of_single_images_are_left_out_for_videos_and_the_reverse(model, images):
    subject = Subject(Flicker(), np.zeros([3, 2, 4, 4, 1]), {})
    left_out = evaluate(subject, ["images"]).left_out
    assert left_out == {"images": "it measures single images, and the model makes videos"}
    left_out = evaluate(Subject(model, images, {}), ["videos"]).left_out
    assert left_out == {"videos": "the model makes single images"}
