import numpy as np
import pytest

from keras_infogan import Categorical, LatentSpec, Uniform
from keras_infogan.datasets import LabeledImages
from keras_infogan.evaluation.groups import evaluate
from keras_infogan.evaluation.reconstruction import reconstruct, train_autoencoder
from keras_infogan.evaluation.subject import Subject
from keras_infogan.metrics.fitting import outputs_for
from keras_infogan.models.variants import BiGAN


@pytest.fixture
def bigan(tiny_data):
    latents = LatentSpec(3, {"kind": Categorical(2), "style": Uniform(2)})
    return BiGAN.from_architecture("tiny", latents, (8, 8, 1))


def test_errors_of_the_model_and_on_both_sides_of_it(bigan, images, monkeypatch):
    monkeypatch.setattr("keras_infogan.evaluation.reconstruction.UPDATES", 2)
    training = LabeledImages(images[:16], {})
    subject = Subject(bigan, images[16:], {}, training=lambda: training)
    scores = evaluate(subject, ["reconstruction"], resamples=0).scores
    truth, mean = images[16:] / 255.0, images[:16].mean(axis=0) / 255.0
    made = reconstruct(bigan, images[16:])
    assert scores["reconstruction_error"] == pytest.approx(np.mean((made - truth) ** 2), rel=1e-4)
    floor = scores["reconstruction_error/mean_image"]
    assert floor == pytest.approx(np.mean((mean - truth) ** 2), rel=1e-4)
    assert 0.0 < scores["reconstruction_error/autoencoder"] < 1.0


def test_an_autoencoder_learns_and_leaves_the_model_alone(bigan, images):
    before = [weight.copy() for weight in bigan.get_weights()]
    errors = [
        np.mean((outputs_for(train_autoencoder(bigan, some, updates=updates), some) - unit) ** 2)
        for updates in (1, 300)
        for some, unit in [(images, images / 255.0)]
    ]
    assert errors[1] < 0.5 * errors[0]
    for weight, after in zip(before, bigan.get_weights(), strict=True):
        np.testing.assert_array_equal(weight, after)


def test_it_is_left_out(bigan, model, images):
    left_out = evaluate(Subject(model, images, {}), ["reconstruction"]).left_out
    assert left_out == {"reconstruction": "the model has no encoder of noise and codes"}
    left_out = evaluate(Subject(bigan, images, {}), ["reconstruction"]).left_out
    assert left_out == {"reconstruction": "there are no training images"}
